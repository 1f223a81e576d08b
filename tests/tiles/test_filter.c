/* The filter grammar: what is accepted and its canonical text, what is refused and how it is said,
 * and that order, case and repetition don't matter. */
#include "tests/tiles/fixture.h"
#include "tiles/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds "name=value&name=value" (no escapes); the status of the first that is refused. */
static enum atlas_status parse(struct filter *filter, const char *text, struct atlas_error *error)
{
    filter_init(filter);
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", text);
    char *rest = copy;
    for (char *pair; (pair = strsep(&rest, "&"));) {
        char *value = strchr(pair, '=');
        if (!value) continue;
        *value++ = '\0';
        enum atlas_status status = filter_add(filter, pair, value, error);
        if (status) return status;
    }
    return ATLAS_OK;
}

static char *canonical(const struct filter *filter)
{
    struct bytes text = {0};
    filter_canonical(filter, &text);
    bytes_append_byte(&text, '\0');
    assert_int_equal(bytes_status(&text), ATLAS_OK);
    return (char *)text.data;
}

static void good_filters_have_one_canonical_text(void **state)
{
    (void)state;
    static const struct {
        const char *given, *canonical;
    } cases[] = {
        {"", ""},
        {"theme=eau", "theme=eau"},
        {"theme=energie,eau", "theme=eau,energie"},
        {"theme=EAU&theme=energie,eau", "theme=eau,energie"},
        {"theme=eau, energie", "theme=eau,energie"},
        {"year=2019", "year=2019"},
        {"year=2019..2019", "year=2019"},
        {"year=2015..2020", "year=2015..2020"},
        {"year=2019&year=2019", "year=2019"},
        {"year=2019&time=active", "year=2019"},
        {"time=signed", ""},
        {"undated=include", ""},
        {"undated=include&time=SIGNED&year=2019", "year=2019&time=signed&undated=include"},
        {"kind=none,jumelage", "kind=jumelage,none"},
        {"status=active,None", "status=active,none"},
        {"mode=a-rejoindre,1pc-eau", "mode=1pc-eau,a-rejoindre"},
        {"gender=2,1,2,none", "gender=1,2,none"},
        {"call=AAP 2025 MEAE", "call=aap-2025-meae"},
        {"call=aap-2025-meae,none", "call=aap-2025-meae,none"},
        {"french=reg:84,DEP:38", "french=dep:38,reg:84"},
        {"french=dep:2a", "french=dep:2A"},
        {"authority=com:38185&role=chef-de-file", "authority=com:38185&role=chef-de-file"},
        {"country=sn,ML", "country=ML,SN"},
        {"country=country:ml", "country=ML"},
        {"partner=ISO:kh-17", "partner=iso:KH-17"},
        {"partner_is=gn:1822214,local:9F2C", "partner_is=gn:1822214,local:9f2c"},
        {"country=ML&year=2020&theme=eau", "theme=eau&year=2020&country=ML"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filter filter, again;
        struct atlas_error error;
        assert_int_equal(parse(&filter, cases[i].given, &error), ATLAS_OK);
        char *text = canonical(&filter);
        assert_string_equal(text, cases[i].canonical);
        assert_int_equal(parse(&again, text, &error), ATLAS_OK);
        char *twice = canonical(&again);
        assert_string_equal(twice, text);
        free(text);
        free(twice);
    }
}

static void bad_filters_are_refused_with_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        enum atlas_status status;
        const char *says[2];
    } cases[] = {
        {"theme=", ATLAS_INVALID, {"theme", "eau"}},
        {"theme=eau,,energie", ATLAS_INVALID, {"theme", ""}},
        {"theme=eau;drop", ATLAS_INVALID, {"theme", "eau;drop"}},
        {"year=19", ATLAS_INVALID, {"year", "2015..2020"}},
        {"year=0999", ATLAS_INVALID, {"year", ""}},
        {"year=2019.2020", ATLAS_INVALID, {"year", ""}},
        {"year=2020..2015", ATLAS_INVALID, {"year", "2015..2020"}},
        {"year=2019&year=2020", ATLAS_INVALID, {"year", "twice"}},
        {"year=2019-2020", ATLAS_INVALID, {"year", ""}},
        {"time=maybe", ATLAS_INVALID, {"time", "active, signed"}},
        {"time=active&time=signed", ATLAS_INVALID, {"time", "twice"}},
        {"undated=yes", ATLAS_INVALID, {"undated", "include"}},
        {"kind=twinning", ATLAS_INVALID, {"kind", "jumelage"}},
        {"status=open", ATLAS_INVALID, {"status", "active"}},
        {"gender=3", ATLAS_INVALID, {"gender", "0, 1, 2, none"}},
        {"role=none", ATLAS_INVALID, {"role", "chef-de-file"}},
        {"country=MLI", ATLAS_INVALID, {"country", "ISO 3166-1"}},
        {"country=1A", ATLAS_INVALID, {"country", ""}},
        {"french=gn:12", ATLAS_INVALID, {"french", "com:"}},
        {"partner=com:38185", ATLAS_INVALID, {"partner", "gn:"}},
        {"partner=gn:", ATLAS_INVALID, {"partner", ""}},
        {"partner=gn:12' or 1=1", ATLAS_INVALID, {"partner", ""}},
        {"call=!!!", ATLAS_INVALID, {"call", "none"}},
        {"utm_source=x", ATLAS_NOT_FOUND, {"utm_source", ""}},
        {"Theme=eau", ATLAS_NOT_FOUND, {"Theme", ""}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filter filter;
        struct atlas_error error;
        assert_int_equal(parse(&filter, cases[i].given, &error), cases[i].status);
        for (size_t s = 0; s < 2; s++)
            assert_non_null(strstr(error.message, cases[i].says[s]));
    }
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct filter filter;
    struct atlas_error error;
    filter_init(&filter);
    enum atlas_status status = ATLAS_OK;
    int added = 0;
    for (; added < 1000 && status == ATLAS_OK; added++) {
        char code[20];
        snprintf(code, sizeof code, "gn:%d", added);
        status = filter_add(&filter, "partner", code, &error);
    }
    assert_int_equal(status, ATLAS_TOO_LARGE);
    assert_int_equal(added, FILTER_MAX_VALUES + 1);
    filter_init(&filter);
    status = ATLAS_OK;
    for (int i = 0; i < FILTER_MAX_VALUES * 4 && status == ATLAS_OK; i++) {
        char call[100];
        snprintf(call, sizeof call, "%090d", i);
        status = filter_add(&filter, i % 2 ? "call" : "theme", call, &error);
    }
    assert_int_equal(status, ATLAS_TOO_LARGE);
    char long_value[5000];
    memset(long_value, 'a', sizeof long_value - 1);
    long_value[sizeof long_value - 1] = '\0';
    assert_int_equal(filter_add(&filter, "theme", long_value, &error), ATLAS_INVALID);
}

/* Random bytes and random mixtures of good pieces: never a crash, and whatever is accepted has a
 * canonical text that is accepted and canonical itself. */
static void random_text_is_accepted_canonically_or_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"theme", "year",    "time",    "undated",    "kind",
                                        "mode",  "status",  "call",    "gender",     "french",
                                        "role",  "country", "partner", "partner_is", "x"};
    static const char alphabet[] = "abcML:019,.- é\x80\xff'\"<%none";
    uint64_t random = 42;
    size_t accepted = 0;
    for (int round = 0; round < 20000; round++) {
        struct filter filter, again;
        struct atlas_error error;
        filter_init(&filter);
        for (uint32_t pairs = 1 + fixture_random(&random, 4); pairs; pairs--) {
            char value[40];
            uint32_t length = fixture_random(&random, 12);
            for (uint32_t i = 0; i < length; i++)
                value[i] = alphabet[fixture_random(&random, sizeof alphabet - 1)];
            value[length] = '\0';
            const char *name = names[fixture_random(&random, sizeof names / sizeof *names)];
            accepted += filter_add(&filter, name, value, &error) == ATLAS_OK;
        }
        char *text = canonical(&filter);
        assert_int_equal(parse(&again, text, &error), ATLAS_OK);
        char *twice = canonical(&again);
        assert_string_equal(twice, text);
        free(text);
        free(twice);
    }
    assert_true(accepted > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_filters_have_one_canonical_text),
        cmocka_unit_test(bad_filters_are_refused_with_a_sentence),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(random_text_is_accepted_canonically_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
