/* What an operator says of a site: read whole or refused with the line at fault. */
#include "server/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void path_of(const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", folder, name);
}

static void put(const char *name, const char *text)
{
    char path[128];
    path_of(name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make_folder(void **state)
{
    (void)state;
    char path[128];
    strcpy(folder, "/tmp/passerelle-site-XXXXXX");
    if (!mkdtemp(folder)) return 1;
    path_of("dsfr", path);
    mkdir(path, 0700);
    put("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    put("notes.txt", "not served");
    put(".hidden.svg", "not served");
    put("run.js", "not served");
    put("dsfr/dsfr.min.css", ":root{}");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"logo.svg", "notes.txt", ".hidden.svg",
                                        "run.js",   "site.conf", "dsfr/dsfr.min.css",
                                        "link.svg", "dsfr",      ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];
        path_of(names[i], path);
        remove(path);
    }
    return 0;
}

static void mistakes_are_refused_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *conf, *says;
    } cases[] = {
        {"logo", "line 1: expected `key = text`"},
        {"# x\n\nlgo = logo.svg", "line 3: there is no key lgo"},
        {"legal_fr = a\nlegal_fr = b", "line 2: legal_fr is there twice"},
        {"legal_fr =", "legal_fr is empty"},
        {"legal_fr = a", "legal_fr needs legal_en"},
        {"legal_en = a", "legal_en needs legal_fr"},
        {"logo = logo.svg", "logo needs logo_text"},
        {"logo = other.svg\nlogo_text = x", "line 1: logo names no picture"},
        {"logo = ../logo.svg\nlogo_text = x", "names no picture"},
        {"logo = .hidden.svg\nlogo_text = x", "names no picture"},
        {"logo = run.js\nlogo_text = x", "names no picture"},
        {"logo_link = http://plain.example/", "https://"},
        {"logo_link = javascript:alert(1)", "https://"},
        {"logo_link = //host.example/", "https://"},
        {"logo_link = https://", "https://"},
        {"logo_link = https:///x", "https://"},
        {"logo_link = /a\"b", "https://"},
        {"logo_link = /a b", "https://"},
        {"logo_link = /a/{id}", "https://"},
        {"correction_link = /report", "{id}"},
        {"correction_link = /report/{id}/{id}", "{id}"},
        {"correction_link = /report/{number}", "{id}"},
        {"update_link = mailto:x?{id}", "https://"},
        {"theme = other", "dsfr alone"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site *site = NULL;
        struct atlas_error error;
        put("site.conf", cases[i].conf);
        assert_int_equal(site_open(folder, &site, &error), ATLAS_INVALID);
        if (!strstr(error.message, cases[i].says)) fail_msg("%s: %s", cases[i].conf, error.message);
    }
}

static void a_whole_site_is_read(void **state)
{
    (void)state;
    struct site *site = NULL, *other = NULL;
    struct bytes link = {0};
    put("site.conf",
        "# ours\r\n logo = logo.svg\nlogo_text = La commission = ici\n"
        "logo_link = https://cncd.example/\nlegal_fr = Mentions\nlegal_en = Notice\n"
        "legal_link = /mentions\ncorrection_link = https://x.example/?f={id}&g=1\n"
        "update_link = /maj/{id}\nhelp_fr = Écrire\nhelp_en = Write\ntheme = dsfr\n");
    assert_int_equal(site_open(folder, &site, NULL), ATLAS_OK);
    assert_string_equal(site_text(site, SITE_LOGO_TEXT), "La commission = ici");
    assert_string_equal(site_text(site, SITE_THEME), "dsfr");
    site_write_link(site, SITE_CORRECTION_LINK, 12, &link);
    bytes_append_byte(&link, 0);
    assert_string_equal((const char *)link.data, "https://x.example/?f=12&g=1");
    bytes_close(&link);
    assert_int_equal(site->n_files, 2);
    assert_string_equal(site_find(site, "dsfr/dsfr.min.css")->mime, "text/css; charset=utf-8");
    static const char *const none[] = {"site.conf", "notes.txt", ".hidden.svg", "run.js",
                                       "dsfr",      "",          "../x"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_null(site_find(site, none[i]));
    put("dsfr/dsfr.min.css", ":root{color:red}");
    assert_int_equal(site_open(folder, &other, NULL), ATLAS_OK);
    assert_true(site->fingerprint != other->fingerprint && site->fingerprint != 0);
    site_close(site);
    site_close(other);
}

static void symbolic_links_lead_nowhere(void **state)
{
    (void)state;
    char path[128];
    struct site *site = NULL;
    path_of("link.svg", path);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    put("site.conf", "");
    assert_int_equal(site_open(folder, &site, NULL), ATLAS_OK);
    assert_null(site_find(site, "link.svg"));
    site_close(site);
}

static void no_folder_is_a_site_that_says_nothing(void **state)
{
    (void)state;
    struct site *site = NULL;
    struct bytes link = {0};
    assert_int_equal(site_open(NULL, &site, NULL), ATLAS_OK);
    assert_null(site_text(site, SITE_LOGO));
    site_write_link(site, SITE_UPDATE_LINK, 1, &link);
    assert_int_equal(link.length, 0);
    site_close(site);
    site_close(NULL);
    assert_null(site_text(NULL, SITE_LOGO));
    assert_int_equal(site_open("/tmp/no-such-folder", &site, NULL), ATLAS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_refused_with_their_line),
        cmocka_unit_test(a_whole_site_is_read),
        cmocka_unit_test(symbolic_links_lead_nowhere),
        cmocka_unit_test(no_folder_is_a_site_that_says_nothing),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
