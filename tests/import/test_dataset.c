/* import/dataset: rows out of CSV files. Plan: small files written to a temporary folder, the rows
 * that come back as one text ("line|cell|cell\n", problems as "line!"); every encoding and
 * delimiter of one content gives the same rows; limits; broken quotation costs one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/bytes.h"
#include "import/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BYTES(text) (text), sizeof(text) - 1

static char folder[] = "/tmp/dataset-XXXXXX";
static char path[100];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/file.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_file(const void *data, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    fclose(file);
}

static void add_row(struct bytes *text, const struct dataset_row *row)
{
    bytes_append_format(text, "%llu", (unsigned long long)row->line);
    if (row->problem) bytes_append_text(text, "!");
    if (row->note) bytes_append_text(text, "*");
    for (size_t i = 0; i < row->n_cells && !row->problem; i++) {
        bytes_append_byte(text, '|');
        bytes_append(text, row->cells[i].text, row->cells[i].length);
    }
    bytes_append_byte(text, '\n');
}

/* Reads the file with the given options. *text holds what came, or the error's sentence. */
static enum atlas_status read_with(const struct dataset_options *options, struct bytes *text)
{
    struct atlas_error error = {0};
    struct dataset *dataset = NULL;
    bytes_clear(text);
    enum atlas_status status = dataset_open(path, options, &dataset, &error);
    if (!status) {
        add_row(text, dataset_header(dataset));
        const struct dataset_row *row;
        while (!(status = dataset_next(dataset, &row, &error)) && row)
            add_row(text, row);
    }
    if (!status) assert_int_equal(strlen(dataset_sha256(dataset)), 64);
    if (status) {
        bytes_clear(text);
        bytes_append_text(text, error.message);
        assert_non_null(strstr(error.message, "file.csv"));
    }
    bytes_append_byte(text, '\0');
    dataset_close(dataset);
    return status;
}

static void expect(const void *data, size_t length, const char *rows)
{
    struct dataset_options options = {.limits = dataset_default_limits};
    struct bytes text = {0};
    write_file(data, length);
    enum atlas_status status = read_with(&options, &text);
    if (status) fail_msg("%s", (const char *)text.data);
    assert_string_equal((const char *)text.data, rows);
    bytes_close(&text);
}

static void rows_come_with_their_lines(void **state)
{
    (void)state;
    expect(BYTES("a,b\n1,2\n3,4\n"), "1|a|b\n2|1|2\n3|3|4\n");
    expect(BYTES("a,b\r\n1,2\r\n3,4"), "1|a|b\n2|1|2\n3|3|4\n");
    expect(BYTES("a,b\r1,2\r3,4\r"), "1|a|b\n2|1|2\n3|3|4\n");
    /* blank lines and rows of nothing are counted as lines, not as rows */
    expect(BYTES("\n\na;b\n\n1;2\n;\n \n3;4\n"), "3|a|b\n5|1|2\n8|3|4\n");
    /* a cell over several lines */
    expect(BYTES("a,b\n\"x\ny\n\nz\",2\n3,4\n"), "1|a|b\n2|x\ny\n\nz|2\n6|3|4\n");
    expect(BYTES("a,b\n\"he said \"\"no\"\"\",\"1,2\"\n"), "1|a|b\n2|he said \"no\"|1,2\n");
    expect(BYTES("sep=;\na;b,c\n1;2\n"), "2|a|b,c\n3|1|2\n");
    expect(BYTES("a,b\n1\n1,2,3\n"), "1|a|b\n2|1\n3|1|2|3\n");
}

static void encodings_and_delimiters_are_found(void **state)
{
    (void)state;
    const char *rows = "1|nom|pays\n2|Fès, la ville|Maroc\n";
    expect(BYTES("nom;pays\nFès, la ville;Maroc\n"), rows);
    expect(BYTES("\xEF\xBB\xBFnom\tpays\nFès, la ville\tMaroc\n"), rows);
    expect(BYTES("nom|pays\nF\xE8s, la ville|Maroc\n"), rows);
    expect(BYTES("nom,pays\n\"F\xE8s, la ville\",Maroc\n"), rows);
    expect(BYTES("\xFF\xFEn\0o\0m\0;\0p\0a\0y\0s\0\n\0F\0\xE8\0s\0,\0 \0l\0a\0 "
                 "\0v\0i\0l\0l\0e\0;\0M\0a\0r\0o\0c\0\r\0\n\0"),
           rows);
}

static void broken_quotation_costs_one_line(void **state)
{
    (void)state;
    expect(BYTES("a,b\n1,\"never closed\n3,4\n5,\"6\"\n"), "1|a|b\n2!\n3|3|4\n4|5|6\n");
    expect(BYTES("a,b\n1,\"never closed\n3,4\n5,6\n"), "1|a|b\n2!\n3|3|4\n4|5|6\n");
    expect(BYTES("a,b\n1,\"x\"y\n3,4\n"), "1|a|b\n2!\n3|3|4\n");
    expect(BYTES("a,b\n1,le \"Tetard\"\n3,4\n"), "1|a|b\n2*|1|le \"Tetard\"\n3|3|4\n");
    expect(BYTES("a,b\n3,4\n1,le \"Tetard\""), "1|a|b\n2|3|4\n3*|1|le \"Tetard\"\n");
    expect(BYTES("a,b\n1,2\n3,\"cut"), "1|a|b\n2|1|2\n3!\n");
}

static void damaged_bytes_are_said(void **state)
{
    (void)state;
    expect(
        BYTES(
            "a,b\n1,n\0l\n3,4\nxx,yy\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,"
            "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n"),
        "1|a|b\n2!\n3|3|4\n4|xx|yy\n5|xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|"
        "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n");
    expect(BYTES("a,b\né,è\nà,\xE9\nç,ô\n"), "1|a|b\n2|é|è\n3*|à|é\n4|ç|ô\n");
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct dataset_options options = {.limits = dataset_default_limits};
    struct bytes text = {0}, file = {0};
    /* a cell of 100,000 bytes: its row is a problem, the next is none */
    bytes_append_text(&file, "a,b\n1,");
    for (int i = 0; i < 100000; i++)
        bytes_append_byte(&file, 'x');
    bytes_append_text(&file, "\n3,4\n");
    write_file(file.data, file.length);
    assert_int_equal(read_with(&options, &text), ATLAS_OK);
    assert_string_equal((const char *)text.data, "1|a|b\n2!\n3|3|4\n");
    /* a line of 3 MB without an end in sight */
    bytes_clear(&file);
    bytes_append_text(&file, "a,b\n1,");
    for (int i = 0; i < 3000000; i++)
        bytes_append_byte(&file, 'x');
    bytes_append_text(&file, "\n3,4\n");
    write_file(file.data, file.length);
    assert_int_equal(read_with(&options, &text), ATLAS_OK);
    assert_string_equal((const char *)text.data, "1|a|b\n2!\n3|3|4\n");
    /* too many columns */
    bytes_clear(&file);
    for (int i = 0; i < 100000; i++)
        bytes_append_format(&file, "c%d,", i);
    write_file(file.data, file.length);
    assert_int_equal(read_with(&options, &text), ATLAS_TOO_LARGE);
    assert_non_null(strstr((const char *)text.data, "--max-columns"));
    options.limits.file_bytes = 1000;
    assert_int_equal(read_with(&options, &text), ATLAS_TOO_LARGE);
    assert_non_null(strstr((const char *)text.data, "--max-size"));
    bytes_close(&text);
    bytes_close(&file);
}

static void what_is_no_file_of_rows_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        size_t length;
        const char *words;
    } cases[] = {
        {BYTES(""), "empty"},
        {BYTES("\n\n  \n"), "no header"},
        {BYTES("PK\x03\x04zip"), "ZIP"},
        {BYTES("\0\0\0\0\0\0\0\0\0\0\0\0"), "binary"},
        {BYTES("\"never,closed\n1,2\n"), "quotation"},
    };
    struct dataset_options options = {.limits = dataset_default_limits};
    struct bytes text = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file(cases[i].data, cases[i].length);
        enum atlas_status status = read_with(&options, &text);
        if (status == ATLAS_OK || !strstr((const char *)text.data, cases[i].words))
            fail_msg("case %zu: %s", i, (const char *)text.data);
    }
    unlink(path);
    assert_int_equal(read_with(&options, &text), ATLAS_NOT_FOUND);
    bytes_close(&text);
}

/* Closing early stops the child: no process and no descriptor stays. */
static void closing_early_is_harmless(void **state)
{
    (void)state;
    struct bytes file = {0};
    bytes_append_text(&file, "a,b\n");
    for (int i = 0; i < 200000; i++)
        bytes_append_format(&file, "%d,some text that fills the pipe\n", i);
    write_file(file.data, file.length);
    bytes_close(&file);
    struct dataset_options options = {.limits = dataset_default_limits};
    for (int i = 0; i < 5; i++) {
        struct dataset *dataset;
        struct atlas_error error;
        const struct dataset_row *row;
        assert_int_equal(dataset_open(path, &options, &dataset, &error), ATLAS_OK);
        assert_int_equal(dataset_next(dataset, &row, &error), ATLAS_OK);
        assert_int_equal(row->line, 2);
        dataset_close(dataset);
    }
    dataset_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_with_their_lines),
        cmocka_unit_test(encodings_and_delimiters_are_found),
        cmocka_unit_test(broken_quotation_costs_one_line),
        cmocka_unit_test(damaged_bytes_are_said),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(what_is_no_file_of_rows_is_refused),
        cmocka_unit_test(closing_early_is_harmless),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
