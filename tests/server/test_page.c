/* Templates: what they show, what they refuse, and that hostile values stay text. */
#include "server/messages.h"
#include "server/page.h"
#include "tiles/date_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct folder {
    char path[64];
};

static void write_file(const struct folder *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void remove_file(const struct folder *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    unlink(path);
}

static const char french_text[] =
    "# remark\n"
    "hello = Bonjour\n"
    "count = {n} {n|fiche|fiches} ; {who}\n";
static const char english_text[] =
    "hello = Hello\n"
    "count = {n} {n|record|records}; {who}\n";

/* A folder of one template and both languages, loaded. */
struct site {
    struct folder folder;
    struct messages french, english;
    struct page_templates *templates;
    struct page_values values;
    struct page_object *root;
    struct atlas_error error;
};

static enum atlas_status site_open(struct site *site, const char *page)
{
    memset(site, 0, sizeof *site);
    strcpy(site->folder.path, "/tmp/test_page_XXXXXX");
    assert_non_null(mkdtemp(site->folder.path));
    write_file(&site->folder, "fr", french_text);
    write_file(&site->folder, "en", english_text);
    write_file(&site->folder, "page.html", page);
    write_file(&site->folder, "part.html", "[{{x}}]");
    char path[128];
    snprintf(path, sizeof path, "%s/fr", site->folder.path);
    assert_int_equal(messages_load(path, false, &site->french, &site->error), ATLAS_OK);
    snprintf(path, sizeof path, "%s/en", site->folder.path);
    assert_int_equal(messages_load(path, true, &site->english, &site->error), ATLAS_OK);
    page_values_init(&site->values);
    site->root = page_object_new(&site->values);
    return page_templates_load(site->folder.path, NULL, &site->french, &site->english,
                               &site->templates, &site->error);
}

static void site_close(struct site *site)
{
    page_templates_free(site->templates);
    page_values_close(&site->values);
    messages_close(&site->french);
    messages_close(&site->english);
    remove_file(&site->folder, "page.html");
    remove_file(&site->folder, "part.html");
    remove_file(&site->folder, "fr");
    remove_file(&site->folder, "en");
    rmdir(site->folder.path);
}

static void expect_page(struct site *site, bool english, const char *expected)
{
    struct bytes out = {0};
    assert_int_equal(page_render(site->templates, "page", english ? &site->english : &site->french,
                                 site->root, &out, &site->error),
                     ATLAS_OK);
    bytes_append_byte(&out, 0);
    assert_string_equal((const char *)out.data, expected);
    bytes_close(&out);
}

static void sections_lists_and_scopes(void **state)
{
    (void)state;
    struct site site;
    assert_int_equal(site_open(&site,
                               "{{#list}}<li>{{x}}{{outer}}</li>{{/list}}"
                               "{{^list}}none{{/list}}{{#text}}({{.}}){{/text}}"
                               "{{^zero}}zero{{/zero}}{{#flag}}yes{{/flag}}{{>part}}"),
                     ATLAS_OK);
    page_set_text(&site.values, site.root, "outer", "!");
    page_set_text(&site.values, site.root, "x", "top");
    page_set_text(&site.values, site.root, "text", "t");
    page_set_text(&site.values, site.root, "absent", "");
    page_set_number(&site.values, site.root, "zero", 0);
    page_set_flag(&site.values, site.root, "flag", true);
    page_set_text(&site.values, page_list_add(&site.values, site.root, "list"), "x", "a");
    page_set_text(&site.values, page_list_add(&site.values, site.root, "list"), "x", "b");
    expect_page(&site, false, "<li>a!</li><li>b!</li>(t)zeroyes[top]");
    site_close(&site);
}

static void attributes_come_and_go(void **state)
{
    (void)state;
    struct site site;
    assert_int_equal(site_open(&site, "<p {{#a}}hidden{{/a}} {{^a}}class=\"{{b}}\"{{/a}}>"),
                     ATLAS_OK);
    page_set_text(&site.values, site.root, "b", "x");
    expect_page(&site, false, "<p  class=\"x\">");
    page_set_flag(&site.values, site.root, "a", true);
    expect_page(&site, false, "<p hidden >");
    site_close(&site);
}

static void hostile_values_stay_text(void **state)
{
    (void)state;
    static const struct {
        const char *value, *shown;
    } cases[] = {
        {"<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"},
        {"\" onmouseover=\"x", "&quot; onmouseover=&quot;x"},
        {"' x='", "&#39; x=&#39;"},
        {"</script><script>", "&lt;/script&gt;&lt;script&gt;"},
        {"&lt;", "&amp;lt;"},
        {"{{x}}", "{{x}}"},
        {"a\x01"
         "b\x7f",
         "a\uFFFDb\uFFFD"},
        {"\xff\xfe<", "\uFFFD\uFFFD&lt;"},
        {"\xe2\x80\xae RTL", "\xe2\x80\xae RTL"},
        {"\xc0\xbc", "\uFFFD\uFFFD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site site;
        assert_int_equal(site_open(&site, "<p title=\"{{v}}\">{{v}}</p>"), ATLAS_OK);
        page_set_text(&site.values, site.root, "v", cases[i].value);
        char expected[512];
        snprintf(expected, sizeof expected, "<p title=\"%s\">%s</p>", cases[i].shown,
                 cases[i].shown);
        expect_page(&site, false, expected);
        site_close(&site);
    }
}

static void only_plain_addresses_are_linked(void **state)
{
    (void)state;
    static const struct {
        const char *value, *shown;
    } cases[] = {
        {"/a?b=1&c", "/a?b=1&amp;c"},  {"https://example.org/", "https://example.org/"},
        {"javascript:alert(1)", "#"},  {"JaVaScRiPt:alert(1)", "#"},
        {" javascript:alert(1)", "#"}, {"java\tscript:x", "#"},
        {"data:text/html,x", "#"},     {"//evil.example", "#"},
        {"/\\evil.example", "#"},      {"?q=1", "?q=1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site site;
        assert_int_equal(site_open(&site, "<a href=\"{{url v}}\">x</a>"), ATLAS_OK);
        page_set_text(&site.values, site.root, "v", cases[i].value);
        char expected[256];
        snprintf(expected, sizeof expected, "<a href=\"%s\">x</a>", cases[i].shown);
        expect_page(&site, false, expected);
        site_close(&site);
    }
}

static void messages_take_values_and_count(void **state)
{
    (void)state;
    struct site site;
    assert_int_equal(site_open(&site, "{{@hello}}: {{@count}}"), ATLAS_OK);
    page_set_number(&site.values, site.root, "n", 12129);
    page_set_text(&site.values, site.root, "who", "<b>");
    expect_page(&site, false, "Bonjour: 12\u202f129 fiches ; &lt;b&gt;");
    expect_page(&site, true, "Hello: 12,129 records; &lt;b&gt;");
    site_close(&site);
    assert_int_equal(site_open(&site, "{{@count}}"), ATLAS_OK);
    page_set_number(&site.values, site.root, "n", 0);
    expect_page(&site, false, "0 fiche ; ");
    expect_page(&site, true, "0 records; ");
    site_close(&site);
}

static void json_goes_into_data_scripts_only(void **state)
{
    (void)state;
    struct site site;
    assert_int_equal(
        site_open(&site, "<script type=\"application/json\" id=\"d\">{{json j}}</script>"),
        ATLAS_OK);
    struct bytes json = {0};
    bytes_append_text(&json, "{\"a\":\"\\u003c/script>\"}");
    page_set_json(&site.values, site.root, "j", &json);
    bytes_close(&json);
    expect_page(&site, false,
                "<script type=\"application/json\" id=\"d\">{\"a\":\"\\u003c/script>\"}</script>");
    site_close(&site);
}

static void unsafe_templates_are_refused(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "<p class={{v}}>",
        "<p class='{{v}}'>",
        "<p {{v}}=\"x\">",
        "<{{v}}>",
        "<a href=\"{{v}}\">x</a>",
        "<a href=\"x{{v}}\">x</a>",
        "<a href=\"x{{url v}}\">x</a>",
        "<img src=\"{{v}}\">",
        "<p onclick=\"f({{v}})\">",
        "<p style=\"color:{{v}}\">",
        "<script>var x = {{v}};</script>",
        "<script>var x = {{json v}};</script>",
        "<script type=\"text/javascript\">{{json v}}</script>",
        "<style>{{v}}</style>",
        "<!-- {{v}} -->",
        "{{json v}}",
        "{{url v}}",
        "<script type=\"application/json\">{{v}}</script>",
        "{{#a}}",
        "{{/a}}",
        "{{#a}}{{#b}}{{/a}}{{/b}}",
        "{{#a}}<p {{/a}}>",
        "<p{{#a}}>{{/a}}",
        "<p {{#a}} on{{/a}}click=\"{{v}}\">",
        "<p {{#a}} x=\"{{/a}}\">",
        "{{",
        "{{}}",
        "{{a b}}",
        "{{>nowhere}}",
        "{{@nokey}}",
        "{{asset nothing.mjs}}",
        "<p ",
        "<p \"x\">",
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct site site;
        enum atlas_status status = site_open(&site, pages[i]);
        if (status != ATLAS_INVALID) fail_msg("accepted: %s", pages[i]);
        assert_non_null(strstr(site.error.message, "page"));
        site_close(&site);
    }
}

static void a_template_that_includes_itself_ends(void **state)
{
    (void)state;
    struct site site;
    assert_int_equal(site_open(&site, "a{{>page}}"), ATLAS_OK);
    expect_page(&site, false, "aaaaaaaaa");
    site_close(&site);
}

static enum atlas_status load_text(const char *text, bool english, struct messages *messages)
{
    struct folder folder = {"/tmp/test_page_XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    write_file(&folder, "m", text);
    char path[128];
    snprintf(path, sizeof path, "%s/m", folder.path);
    memset(messages, 0, sizeof *messages);
    struct atlas_error error;
    enum atlas_status status = messages_load(path, english, messages, &error);
    remove_file(&folder, "m");
    rmdir(folder.path);
    return status;
}

static void message_files_are_checked(void **state)
{
    (void)state;
    static const char *const bad[] = {"no equals\n",    "= text\n", "key =\n",
                                      "a = 1\na = 2\n", "a = {n\n", "a = \xff\n"};
    struct messages one, other;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(load_text(bad[i], false, &one), ATLAS_INVALID);

    struct atlas_error error;
    assert_int_equal(load_text("a = {n} x\n", false, &one), ATLAS_OK);
    assert_int_equal(load_text("a = y {n}\nb = z\n", true, &other), ATLAS_OK);
    assert_int_equal(messages_compare(&one, &other, &error), ATLAS_INVALID);
    assert_non_null(strstr(error.message, "message b"));
    messages_close(&other);
    assert_int_equal(load_text("a = y\n", true, &other), ATLAS_OK);
    assert_int_equal(messages_compare(&one, &other, &error), ATLAS_INVALID);
    messages_close(&other);
    messages_close(&one);
}

static void dates_are_put_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *date, *french, *english;
    } cases[] = {
        {"2025-07-04", "4 juillet 2025", "4 July 2025"},
        {"2025-03-01", "1er mars 2025", "1 March 2025"},
        {"2025-08", "août 2025", "August 2025"},
        {"2025", "2025", "2025"},
        {"2025-13-01", "2025-13-01", "2025-13-01"},
        {"avant 1998", "avant 1998", "avant 1998"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int english = 0; english < 2; english++) {
            struct bytes out = {0};
            date_write_words(english, cases[i].date, &out);
            bytes_append_byte(&out, 0);
            assert_string_equal((const char *)out.data,
                                english ? cases[i].english : cases[i].french);
            bytes_close(&out);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_lists_and_scopes),
        cmocka_unit_test(attributes_come_and_go),
        cmocka_unit_test(hostile_values_stay_text),
        cmocka_unit_test(only_plain_addresses_are_linked),
        cmocka_unit_test(messages_take_values_and_count),
        cmocka_unit_test(json_goes_into_data_scripts_only),
        cmocka_unit_test(unsafe_templates_are_refused),
        cmocka_unit_test(a_template_that_includes_itself_ends),
        cmocka_unit_test(message_files_are_checked),
        cmocka_unit_test(dates_are_put_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
