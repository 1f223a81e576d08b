/* Pages of a made edition: which addresses there are, what they answer, that their numbers are the
 * selection's, and that both languages are whole. */
#include "server/pages.h"

#include "geo/name.h"
#include "geo/territory.h"
#include "server/messages.h"
#include "server/page_path.h"
#include "tiles/selection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/server/site_fixture.h"

#define BASE "https://atlas.example/under"

static struct site_fixture site;

static int open_site(void **state)
{
    (void)state;
    return site_fixture_open(&site, 300, 11);
}

static int close_site(void **state)
{
    (void)state;
    site_fixture_close(&site);
    return 0;
}

static struct page_answer ask(const char *path, const char *name, const char *value)
{
    struct page_parameter parameter = {name, value};
    struct page_request request = {
        .path = path, .parameters = &parameter, .n_parameters = name ? 1 : 0, .base_url = BASE};
    struct page_answer answer;
    struct atlas_error error;
    assert_int_equal(pages_answer(site.pages, site.fixture.edition, &request, &answer, &error),
                     ATLAS_OK);
    bytes_append_byte(&answer.body, 0);
    bytes_append_byte(&answer.location, 0);
    assert_false(answer.body.failed || answer.location.failed);
    return answer;
}

static void expect(const char *path, const char *name, const char *value, int http_status,
                   const char *holds)
{
    struct page_answer answer = ask(path, name, value);
    if (answer.http_status != http_status)
        fail_msg("%s %s=%s: %d", path, name ? name : "", value ? value : "", answer.http_status);
    const char *text = (const char *)(http_status == 301 ? answer.location.data : answer.body.data);
    if (holds && !strstr(text, holds)) fail_msg("%s lacks %s:\n%.3000s", path, holds, text);
    page_answer_close(&answer);
}

static void paths_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool known;
    } cases[] = {
        {"/", true},
        {"/en", true},
        {"/en/", true},
        {"/genre", true},
        {"/en/genre", true},
        {"/genre/", false},
        {"/embed", true},
        {"/en/embed", true},
        {"/integrer", true},
        {"", false},
        {"/x", false},
        {"/english/", false},
        {"/partenariat/12", true},
        {"/en/partenariat/12-un-titre", true},
        {"/partenariat/12.json", false},
        {"/partenariat/12-a/b", false},
        {"/partenariat/", false},
        {"/partenariat/x", false},
        {"/partenariat/1234567890123456", false},
        {"/partenariat/-1", false},
        {"/territoire/dep:38", true},
        {"/en/territoire/country:ML", true},
        {"/territoire/", false},
        {"/territoire/dep:38/isere", true},
        {"/territoire/dep:38/", false},
        {"/territoire/dep:38/x/y", false},
        {"/conseil/com:38185", true},
        {"/en/conseil/com:38185", true},
        {"/conseil/", false},
        {"/ma-commune", true},
        {"/territoire/<b>", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (pages_knows(cases[i].path) != cases[i].known) fail_msg("%s", cases[i].path);
}

static void the_atlas_counts_what_the_selection_holds(void **state)
{
    (void)state;
    const struct edition *edition = site.fixture.edition;
    static const char *const filters[][2] = {
        {"kind", "jumelage"}, {"year", "2015..2020"}, {"status", "none"}, {"gender", "2"}};
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct filter filter;
        struct selection selection;
        char holds[160];
        filter_init(&filter);
        assert_int_equal(filter_add(&filter, filters[i][0], filters[i][1], NULL), ATLAS_OK);
        assert_int_equal(selection_make(edition, &filter, &selection, NULL), ATLAS_OK);
        snprintf(holds, sizeof holds, "%zu of %zu record", selection.n_placed_partnerships,
                 selection.n_partnerships);
        expect("/en/", filters[i][0], filters[i][1], 200, holds);
        snprintf(holds, sizeof holds, "value=\"%zu\" max=\"%zu\"", selection.n_placed_partnerships,
                 selection.n_partnerships ? selection.n_partnerships : 1);
        expect("/", filters[i][0], filters[i][1], 200, holds);
        selection_close(&selection);
    }
}

static void the_form_gives_years_as_one_filter(void **state)
{
    (void)state;
    expect("/", "from", "2015", 200, "year=2015");
    expect("/", "from", "abc", 400, "year");
    expect("/", "country", "", 200, NULL);
}

static void foreign_parameters_are_ignored_and_bad_ones_refused(void **state)
{
    (void)state;
    expect("/", "utm_source", "letter", 200, NULL);
    expect("/", "kind", "<script>", 400, "&lt;script&gt;");
    expect("/en/", "theme", "no-such-theme", 400, "Malformed address");
    expect("/", "sort", "beauty", 400, "title");
    expect("/", "page", "99999999999999", 200, NULL);
    expect("/", "page", "-3", 200, NULL);
    expect("/", "country", "ZW,ZZ", 200, NULL);
}

static void every_partnership_has_its_page(void **state)
{
    (void)state;
    const struct edition *edition = site.fixture.edition;
    for (size_t i = 0; i < edition->n_partnerships; i += 7) {
        const struct edition_partnership *partnership = &edition->partnerships[i];
        char path[300], there[300];
        snprintf(path, sizeof path, "/partenariat/%llu-not-the-slug",
                 (unsigned long long)partnership->id);
        snprintf(there, sizeof there, BASE "/partenariat/%llu%s%.200s",
                 (unsigned long long)partnership->id, partnership->slug[0] ? "-" : "",
                 partnership->slug);
        expect(path, NULL, NULL, 301, there);
        expect(there + strlen(BASE), NULL, NULL, 200, "application/ld+json");
    }
    expect("/partenariat/999999999", NULL, NULL, 404, "Page introuvable");
    expect("/en/partenariat/999999999", NULL, NULL, 404, "Page not found");
    expect("/en", NULL, NULL, 301, BASE "/en/");
}

static void every_territory_has_its_page(void **state)
{
    (void)state;
    const struct edition *edition = site.fixture.edition;
    for (size_t i = 0; i < edition->n_territories; i++) {
        char path[128], there[300];
        if (strncmp(edition->territories[i].code, "continent:", 10) == 0) continue;
        const struct edition_territory *territory = &edition->territories[i];
        snprintf(path, sizeof path, "/territoire/%s", territory->code);
        if (!pages_knows(path)) continue;
        char slug[TERRITORY_SLUG_BYTES];
        bool has_slug = name_slug(territory->name_fr, slug, sizeof slug) > 0;
        snprintf(there, sizeof there, BASE "/territoire/%s%s%s", territory->code,
                 has_slug ? "/" : "", slug);
        if (has_slug) expect(path, NULL, NULL, 301, there);
        expect(there + strlen(BASE), NULL, NULL, 200, "<h1>");
        snprintf(path, sizeof path, "/conseil/%s", territory->code);
        if (territory->side == SIDE_FRENCH)
            expect(path, NULL, NULL, 200, "Projets à rejoindre");
        else
            expect(path, NULL, NULL, 404, NULL);
    }
    expect("/territoire/dep:99", NULL, NULL, 404, "/under/\"");
}

static void no_message_key_is_shown(void **state)
{
    (void)state;
    /* Keys that no template names are looked up in C; one without a text would show itself. */
    static const char *const paths[] = {"/",
                                        "/en/",
                                        "/genre",
                                        "/en/genre",
                                        "/integrer",
                                        "/en/integrer",
                                        "/territoire/reg:84",
                                        "/en/territoire/reg:84"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct page_answer answer = ask(paths[i], NULL, NULL);
        char *body = (char *)answer.body.data;
        char *script = strstr(body, "<script type=\"application/json\"");
        if (script) *script = '\0';
        static const char *const stems[] = {">fact.", ">filter.", ">territory.", ">partner_status.",
                                            ">error."};
        for (size_t s = 0; s < sizeof stems / sizeof *stems; s++)
            if (strstr(body, stems[s])) fail_msg("%s shows %s…", paths[i], stems[s]);
        page_answer_close(&answer);
    }
}

static void errors_speak_the_readers_language(void **state)
{
    (void)state;
    static const struct {
        const char *path, *accept;
        int http_status;
        const char *holds;
    } cases[] = {
        {"/nothing", NULL, 404, "Page introuvable"},
        {"/nothing", "en-GB,en;q=0.9", 404, "Page not found"},
        {"/nothing", "fr,en;q=0.5", 404, "Page introuvable"},
        {"/en/nothing", "fr", 404, "Page not found"},
        {"/nothing", NULL, 410, "Fiche retirée"},
        {"/nothing", NULL, 503, "très occupé"},
        {"/nothing", NULL, 418, ">Erreur<"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes out = {0};
        assert_int_equal(pages_write_error(site.pages, cases[i].http_status, cases[i].path,
                                           cases[i].accept, "a <b>reason</b>", BASE, &out),
                         ATLAS_OK);
        bytes_append_byte(&out, 0);
        const char *text = (const char *)out.data;
        if (!strstr(text, cases[i].holds)) fail_msg("case %zu lacks %s", i, cases[i].holds);
        assert_non_null(strstr(text, "a &lt;b&gt;reason&lt;/b&gt;"));
        bytes_close(&out);
    }
}

static void assets_bear_their_hash(void **state)
{
    (void)state;
    const struct asset *script = assets_find_source(site.assets, "atlas.mjs");
    assert_non_null(script);
    assert_string_equal(script->mime, "text/javascript; charset=utf-8");
    assert_ptr_equal(assets_find(site.assets, script->name), script);
    assert_string_not_equal(script->name, "atlas.mjs");
    assert_true(script->brotli.length > 0 && script->brotli.length < script->plain.length);
    assert_null(assets_find(site.assets, "../assets.list"));
    assert_null(assets_find(site.assets, "atlas.mjs"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_told_apart),
        cmocka_unit_test(the_atlas_counts_what_the_selection_holds),
        cmocka_unit_test(the_form_gives_years_as_one_filter),
        cmocka_unit_test(foreign_parameters_are_ignored_and_bad_ones_refused),
        cmocka_unit_test(every_partnership_has_its_page),
        cmocka_unit_test(every_territory_has_its_page),
        cmocka_unit_test(no_message_key_is_shown),
        cmocka_unit_test(errors_speak_the_readers_language),
        cmocka_unit_test(assets_bear_their_hash),
    };
    return cmocka_run_group_tests(tests, open_site, close_site);
}
