/* server/route: from what stands in the request line to a typed request, or a refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/route.h"

#include <stdio.h>
#include <string.h>

static struct route route;
static struct route_refusal refusal;

static char *canonical_of(const char *raw, struct bytes *text)
{
    if (route_parse(raw, &route, &refusal))
        fail_msg("%s is refused: %s", raw, refusal.error.message);
    bytes_clear(text);
    route_canonical(&route, text);
    bytes_append_byte(text, '\0');
    assert_int_equal(bytes_status(text), ATLAS_OK);
    return (char *)text->data;
}

static void addresses_lead_where_documented(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        enum route_kind kind;
    } table[] = {
        {"/tiles/links.json", ROUTE_TILEJSON},
        {"/tiles/places,links,places.json", ROUTE_TILEJSON},
        {"/tiles/links/2/2/1.mvt?theme=ville-durable&year=2019", ROUTE_TILE},
        {"/tiles/base,links/0/0/0.mvt", ROUTE_TILE},
        {"/tiles/flows/22/4194303/4194303.mvt", ROUTE_TILE},
        {"/tiles/flows/2/2/1.png", ROUTE_PICTURE_TILE},
        {"/tiles/heat/2/2/1@2x.png?side=french", ROUTE_PICTURE_TILE},
        {"/legend.json?tileset=density&zoom=3&classes=5&method=jenks", ROUTE_LEGEND},
        {"/legend.png?scale=2&scale_of=theme=eau%26year=2015&colours=dark", ROUTE_LEGEND},
        {"/picture.svg?tilesets=flows,places&lon=-61.5&lat=14.25&zoom=4.5", ROUTE_PICTURE},
        {"/picture.pdf?frame=antilles&side=french", ROUTE_PICTURE},
        {"/picture.png?width=2000&height=1500&breaks=1,5,20.5&title=Eau", ROUTE_PICTURE},
        {"/links.geojson", ROUTE_LINKS},
        {"/links.csv?country=MA", ROUTE_LINKS},
        {"/partnerships.geojson?country=MA", ROUTE_PARTNERSHIPS},
        {"/partnerships.json?page=3&per_page=50&sort=-year", ROUTE_LIST},
        {"/partenariat/12.json", ROUTE_FACTS},
        {"/territories.csv", ROUTE_TERRITORIES},
        {"/counts.json?by=theme,year", ROUTE_COUNTS},
        {"/search.json?q=gab%C3%A8s", ROUTE_SEARCH},
        {"/search.json?q=", ROUTE_SEARCH},
        {"/style.json?lang=en", ROUTE_STYLE},
        {"/healthz", ROUTE_HEALTH},
        {"/fonts/DejaVu%20Sans/0-255.pbf", ROUTE_GLYPHS},
        {"/fonts/Arial,DejaVu%20Sans/65280-65535.pbf?x=1", ROUTE_GLYPHS},
        {"/assets/main.1f3a.mjs", ROUTE_ASSET},
        {"/assets/fonts/a.woff2?x=1", ROUTE_ASSET},
        {"/embed.js?v=2", ROUTE_COMPONENT},
        {"/site/dsfr/a.woff2?x=1", ROUTE_SITE_FILE},
        {"http://127.0.0.1:8080/healthz", ROUTE_HEALTH},
        {"/", ROUTE_PAGE},
        {"http://127.0.0.1:8080", ROUTE_PAGE},
        {"/en/", ROUTE_PAGE},
        {"/?theme=eau&utm_source=letter", ROUTE_PAGE},
        {"/partenariat/12-eau-a-gabes", ROUTE_PAGE},
        {"/en/territoire/com:38185", ROUTE_PAGE},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (route_parse(table[i].raw, &route, &refusal))
            fail_msg("%s is refused: %s", table[i].raw, refusal.error.message);
        if (route.kind != table[i].kind)
            fail_msg("%s is read as %s", table[i].raw, route_kind_text(route.kind));
    }
}

static const struct {
    const char *raw;
    enum atlas_status status;
    const char *parameter;
} refused[] = {
    {"", ATLAS_INVALID, ""},
    {"*", ATLAS_INVALID, ""},
    {"healthz", ATLAS_INVALID, ""},
    {"/healthz/", ATLAS_NOT_FOUND, ""},
    {"/Healthz", ATLAS_NOT_FOUND, ""},
    {"//healthz", ATLAS_NOT_FOUND, ""},
    {"/nothing", ATLAS_NOT_FOUND, ""},
    {"/tiles", ATLAS_NOT_FOUND, ""},
    {"/tiles/", ATLAS_NOT_FOUND, ""},
    {"/tiles/nothing.json", ATLAS_NOT_FOUND, ""},
    {"/tiles/links,nothing.json", ATLAS_NOT_FOUND, ""},
    {"/tiles/,.json", ATLAS_NOT_FOUND, ""},
    {"/tiles/.json", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/0/0/0", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/0/0/0.pbf", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/0/0/1.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/2/4/0.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/23/0/0.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/256/0/0.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/4294967296/0/0.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/-1/0/0.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/01/0/0.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/1/+0/0.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/1/0/0x0.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/1/0/.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/heat/0/0/0.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/0/0/0@9x.png", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/0/0/0@2x.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/0/0/0.png.mvt", ATLAS_NOT_FOUND, ""},
    {"/tiles/links/0/0/0.mvt?classes=3", ATLAS_INVALID, "classes"},
    {"/tiles/density/0/0/0.png?classes=0", ATLAS_INVALID, "classes"},
    {"/tiles/density/0/0/0.png?classes=10", ATLAS_INVALID, "classes"},
    {"/tiles/density/0/0/0.png?method=breaks", ATLAS_INVALID, "method"},
    {"/tiles/density/0/0/0.png?method=equal", ATLAS_INVALID, "method"},
    {"/tiles/density/0/0/0.png?breaks=1,5&classes=2", ATLAS_INVALID, "breaks"},
    {"/tiles/density/0/0/0.png?method=jenks&breaks=1,5", ATLAS_INVALID, "breaks"},
    {"/tiles/density/0/0/0.png?breaks=5,1", ATLAS_INVALID, "breaks"},
    {"/tiles/density/0/0/0.png?breaks=0,1", ATLAS_INVALID, "breaks"},
    {"/tiles/density/0/0/0.png?breaks=1,", ATLAS_INVALID, "breaks"},
    {"/tiles/density/0/0/0.png?breaks=1,2,3,4,5,6,7,8,9,10", ATLAS_INVALID, "breaks"},
    {"/tiles/density/0/0/0.png?breaks=1e5", ATLAS_INVALID, "breaks"},
    {"/tiles/density/0/0/0.png?scale_of=year=soon", ATLAS_INVALID, "scale_of"},
    {"/tiles/density/0/0/0.png?scale_of=nothing=1", ATLAS_INVALID, "scale_of"},
    {"/tiles/density/0/0/0.png?width=5", ATLAS_INVALID, "width"},
    {"/picture.gif", ATLAS_NOT_FOUND, ""},
    {"/picture.png?width=1000000000", ATLAS_INVALID, "width"},
    {"/picture.png?lon=181", ATLAS_INVALID, "lon"},
    {"/picture.png?frame=atlantide", ATLAS_INVALID, "frame"},
    {"/picture.png?frame=guyane&zoom=3", ATLAS_INVALID, "frame"},
    {"/picture.png?lat=5&frame=guyane", ATLAS_INVALID, "frame"},
    {"/picture.png?lat=nan", ATLAS_INVALID, "lat"},
    {"/picture.png?zoom=-1", ATLAS_INVALID, "zoom"},
    {"/picture.png?tilesets=nothing", ATLAS_INVALID, "tilesets"},
    {"/legend.json?tileset=flows,places", ATLAS_INVALID, "tileset"},
    {"/legend.json?zoom=23", ATLAS_INVALID, "zoom"},
    {"/tiles/links/0/0/0.mvt?nothing=1", ATLAS_INVALID, "nothing"},
    {"/tiles/links/0/0/0.mvt?year=20x9", ATLAS_INVALID, "year"},
    {"/tiles/links/0/0/0.mvt?kind=friendship", ATLAS_INVALID, "kind"},
    {"/tiles/links/0/0/0.mvt?french=38", ATLAS_INVALID, "french"},
    {"/tiles/links/0/0/0.mvt?q=x", ATLAS_INVALID, "q"},
    {"/tiles/flows/0/0/0.mvt?level=region", ATLAS_INVALID, "level"},
    {"/tiles/flows/0/0/0.mvt?level=country-region", ATLAS_INVALID, "level"},
    {"/tiles/flows/0/0/0.mvt?top=0", ATLAS_INVALID, "top"},
    {"/tiles/flows/0/0/0.mvt?top=99999999999", ATLAS_INVALID, "top"},
    {"/tiles/flows/0/0/0.mvt?top=5&top=6", ATLAS_INVALID, "top"},
    {"/counts.json?by=theme,nothing", ATLAS_INVALID, "by"},
    {"/counts.json?lang=de", ATLAS_INVALID, "lang"},
    {"/counts.json?v=../etc", ATLAS_INVALID, "v"},
    {"/counts.json?year=2019&year=2020", ATLAS_INVALID, "year"},
    {"/partnerships.json?sort=DROP", ATLAS_INVALID, "sort"},
    {"/partnerships.json?page=0", ATLAS_INVALID, "page"},
    {"/search.json", ATLAS_INVALID, "q"},
    {"/search.json?q=a&limit=51", ATLAS_INVALID, "limit"},
    {"/healthz?x=1", ATLAS_INVALID, "x"},
    {"/partenariat/0.json", ATLAS_NOT_FOUND, ""},
    {"/partenariat/9999999999999999999.json", ATLAS_NOT_FOUND, ""},
    {"/partenariat/x.json", ATLAS_NOT_FOUND, ""},
};

static void refuses_with_the_right_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        memset(&refusal, 0, sizeof refusal);
        enum atlas_status status = route_parse(refused[i].raw, &route, &refusal);
        if (status != refused[i].status)
            fail_msg("%s: %s, not %s", refused[i].raw, atlas_status_text(status),
                     atlas_status_text(refused[i].status));
        assert_int_equal(refusal.error.status, status);
        assert_string_not_equal(refusal.error.message, "");
        if (strcmp(refusal.parameter, refused[i].parameter) != 0)
            fail_msg("%s names '%s'", refused[i].raw, refusal.parameter);
    }
}

static void names_parameter_and_allowed_values(void **state)
{
    (void)state;
    assert_int_equal(route_parse("/tiles/flows/0/0/0.mvt?side=left", &route, &refusal),
                     ATLAS_INVALID);
    assert_non_null(strstr(refusal.error.message, "'side'"));
    assert_non_null(strstr(refusal.error.message, "foreign, french"));
    assert_int_equal(route_parse("/style.json?colour=red", &route, &refusal), ATLAS_INVALID);
    assert_non_null(strstr(refusal.error.message, "'colour'"));
    assert_non_null(strstr(refusal.error.message, "theme"));
    assert_non_null(strstr(refusal.error.message, "side"));
}

static void hostile_targets_are_refused(void **state)
{
    (void)state;
    static const char *const table[] = {
        "/%00",
        "/a%00b",
        "/healthz%00",
        "/%",
        "/%2",
        "/%zz",
        "/%c0%af",
        "/%c0%80",
        "/%ff",
        "/\xff",
        "/%ed%a0%80",
        "/%f5%80%80%80",
        "/%0d%0aX:y",
        "/a\nb",
        "/%7f",
        "/..",
        "/../etc",
        "/a/../b",
        "/a/..",
        "/%2e%2e/etc",
        "/%2e",
        "/.",
        "/a/./b",
        "/..%2fetc",
        "/assets/..%2f..%2fetc",
        "/assets/%2e%2e/x",
        "/a\\b",
        "/..%5cetc",
        "/a%5c..%5c",
        "/a#b",
        "/counts.json?theme=%00",
        "/counts.json?theme=%ff",
        "/counts.json?%zz=1",
        "/counts.json?theme=%",
        "/counts.json?theme=a%0ab",
        "/counts.json?a#b",
        "/a/b/c/d/e/f/g/h/i",
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (route_parse(table[i], &route, &refusal) != ATLAS_INVALID)
            fail_msg("%s (row %zu) is not refused as malformed", table[i], i);
}

static void lengths_and_numbers_are_limited(void **state)
{
    (void)state;
    static char raw[70000];
    for (unsigned n = 1; n <= 1000; n = n < 70 ? n + 1 : n + 31) {
        strcpy(raw, "/counts.json?");
        for (unsigned i = 0; i < n; i++)
            strcat(raw, "theme=eau&");
        enum atlas_status status = route_parse(raw, &route, &refusal);
        enum atlas_status expected = n * 10 > LIMIT_QUERY_BYTES ? ATLAS_TOO_LARGE
                                     : n > LIMIT_ARGUMENTS      ? ATLAS_INVALID
                                                                : ATLAS_OK;
        assert_int_equal(status, expected);
        if (!status) assert_int_equal(route.filter.lists[FILTER_THEME].n, 1);
    }
    raw[0] = '/';
    memset(raw + 1, 'a', sizeof raw - 2);
    raw[sizeof raw - 1] = '\0';
    assert_int_equal(route_parse(raw, &route, &refusal), ATLAS_TOO_LARGE);
}

/* No two of these are the same request. */
static const char *const different[] = {
    "/counts.json",
    "/counts.json?theme=eau",
    "/counts.json?lang=en",
    "/counts.json?by=theme",
    "/counts.json?by=year",
    "/counts.json?nature=verse",
    "/links.geojson",
    "/links.csv",
    "/partnerships.json",
    "/partnerships.json?page=2",
    "/partnerships.json?per_page=21",
    "/partnerships.json?sort=year",
    "/partnerships.json?sort=-year",
    "/partenariat/1.json",
    "/partenariat/2.json",
    "/tiles/links/1/0/0.mvt",
    "/tiles/links/1/1/0.mvt",
    "/tiles/links/1/0/1.mvt",
    "/tiles/flows/1/0/0.mvt",
    "/tiles/flows/1/0/0.mvt?top=5",
    "/tiles/flows/1/0/0.mvt?min=5",
    "/tiles/flows/1/0/0.mvt?level=region-country",
    "/tiles/flows/1/0/0.mvt?level=region-admin1",
    "/tiles/density/1/0/0.mvt?side=french",
    "/tiles/density/1/0/0.png",
    "/tiles/density/1/0/0@2x.png",
    "/tiles/density/1/0/0.png?classes=4",
    "/tiles/density/1/0/0.png?breaks=1,4",
    "/tiles/density/1/0/0.png?breaks=1,4.5",
    "/tiles/density/1/0/0.png?method=jenks",
    "/tiles/density/1/0/0.png?colours=dark",
    "/tiles/density/1/0/0.png?scale_of=theme=eau",
    "/tiles/density/1/0/0.png?scale_of=",
    "/legend.json",
    "/legend.png",
    "/legend.png?scale=2",
    "/legend.json?tileset=density",
    "/legend.json?tileset=density&value=per_million",
    "/legend.json?zoom=2",
    "/picture.png",
    "/picture.svg",
    "/picture.png?width=1000",
    "/picture.png?height=1000",
    "/picture.png?lon=-10.25",
    "/picture.png?lat=-10.25",
    "/picture.png?zoom=1.5",
    "/picture.png?frame=guyane",
    "/picture.png?frame=hexagone",
    "/picture.png?title=a",
    "/picture.png?title=a%26lat=3",
    "/picture.png?tilesets=flows,places",
    "/search.json?q=a",
    "/search.json?q=a%26limit=5",
    "/search.json?q=a&limit=5",
    "/",
    "/?a=b",
    "/en/",
};

static void equal_requests_have_equal_canonical_text(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"/counts.json?theme=eau,energie&country=ML", "/counts.json?country=ml&theme=energie,eau"},
        {"/counts.json?theme=eau,energie", "/counts.json?theme=eau&theme=energie&theme=eau"},
        {"/counts.json?theme=eau", "/counts.json?theme=eau&v=0123abcd"},
        {"/counts.json?theme=eau", "/counts.json?theme=eau&lang=fr"},
        {"/counts.json", "/counts.json?&&"},
        {"/counts.json?by=year,theme", "/counts.json?by=theme&by=year"},
        {"/tiles/places,links/1/0/0.mvt", "/tiles/links,places,links/1/0/0.mvt"},
        {"/tiles/links/1/0/0.mvt?side=foreign", "/tiles/links/1/0/0.mvt"},
        {"/tiles/base/1/0/0.mvt?theme=eau", "/tiles/base/1/0/0.mvt"},
        {"/search.json?q=a+b", "/search.json?q=a%20b&limit=10"},
        {"/%63ounts.json", "/counts.json"},
        {"/legend.json", "/legend.json?tileset=flows&method=quantiles&colours=light"},
        {"/picture.png?lon=2.50", "/picture.png?lon=2.5&lat=25&width=1200"},
        {"/legend.json?scale_of=theme=eau%26year=2015",
         "/legend.json?scale_of=year=2015%26theme=eau"},
    };
    struct bytes left = {0}, right = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_string_equal(canonical_of(pairs[i][0], &left), canonical_of(pairs[i][1], &right));
    bytes_close(&left);
    bytes_close(&right);
}

static void different_requests_have_different_canonical_text(void **state)
{
    (void)state;
    struct bytes left = {0}, right = {0};
    size_t n = sizeof different / sizeof different[0];
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            assert_string_not_equal(canonical_of(different[i], &left),
                                    canonical_of(different[j], &right));
    bytes_close(&left);
    bytes_close(&right);
}

static void reads_display_parameters(void **state)
{
    (void)state;
    assert_int_equal(route_parse("/tiles/flows/3/1/2.mvt?level=departement-admin1&side=french&"
                                 "top=100&min=3&lang=en",
                                 &route, &refusal),
                     ATLAS_OK);
    assert_int_equal(route.key.z, 3);
    assert_int_equal(route.key.x, 1);
    assert_int_equal(route.key.y, 2);
    assert_int_equal(route.display.french_level, 1 + FRENCH_DEPARTEMENT);
    assert_int_equal(route.display.foreign_level, 1 + FOREIGN_ADMIN1);
    assert_true(route.display.side_french);
    assert_true(route.display.english);
    assert_int_equal(route.display.top, 100);
    assert_int_equal(route.display.min, 3);
    struct bytes query = {0};
    route_query(&route, &query);
    bytes_append_byte(&query, '\0');
    assert_string_equal((char *)query.data,
                        "lang=en&level=departement-admin1&min=3&side=french&top=100");
    bytes_close(&query);
}

static void assets_keep_their_folders(void **state)
{
    (void)state;
    assert_int_equal(route_parse("/assets/fonts/latin/a.woff2", &route, &refusal), ATLAS_OK);
    assert_string_equal(route.name, "fonts/latin/a.woff2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_lead_where_documented),
        cmocka_unit_test(refuses_with_the_right_code),
        cmocka_unit_test(names_parameter_and_allowed_values),
        cmocka_unit_test(hostile_targets_are_refused),
        cmocka_unit_test(lengths_and_numbers_are_limited),
        cmocka_unit_test(equal_requests_have_equal_canonical_text),
        cmocka_unit_test(different_requests_have_different_canonical_text),
        cmocka_unit_test(reads_display_parameters),
        cmocka_unit_test(assets_keep_their_folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
