/* import/columns: which header means what. Plan: headers of spreadsheets beside the sample's names
 * for them; what is missing is said; people's columns are never read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/columns.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 40 };

/* Parts `text` at '|' into a header. */
static void header_of(char *text, struct dataset_cell *cells, struct dataset_row *row)
{
    *row = (struct dataset_row){.line = 1, .cells = cells, .column = ""};
    for (char *cell = text; cell; row->n_cells++) {
        char *end = strchr(cell, '|');
        if (end) *end = '\0';
        assert_true(row->n_cells < MOST);
        cells[row->n_cells] = (struct dataset_cell){cell, strlen(cell)};
        cell = end ? end + 1 : NULL;
    }
}

static void headers_mean(const char *headers, const char *fields)
{
    char text[2000], wanted[2000];
    struct dataset_cell cells[MOST], names[MOST];
    struct dataset_row row, expected;
    snprintf(text, sizeof text, "%s", headers);
    snprintf(wanted, sizeof wanted, "%s", fields);
    header_of(text, cells, &row);
    header_of(wanted, names, &expected);
    assert_int_equal(row.n_cells, expected.n_cells);
    struct columns columns;
    struct atlas_error error = {0};
    if (columns_find(&row, NULL, &columns, &error)) fail_msg("%s: %s", headers, error.message);
    for (size_t i = 0; i < row.n_cells; i++) {
        const char *field =
            columns.columns[i].repeated ? "again" : field_name(columns.columns[i].field);
        if (strcmp(field, names[i].text) != 0)
            fail_msg("%s: %s, not %s", cells[i].text, field, names[i].text);
    }
    columns_close(&columns);
}

static void headers_are_understood(void **state)
{
    (void)state;
    headers_mean("Collectivité française|Pays|Partenaire|Thématique|Année de début",
                 "french_name|country|foreign_name|themes|year_start");
    headers_mean(
        "N° de projet|COLLECTIVITE TERRITORIALE|Code INSEE|Ville partenaire|Code pays|"
        "Montant (€)|Financeur|Marqueur genre|ODD|Appel à projets",
        "partnership_id|french_name|french_code|foreign_name|country_iso|amount_eur|"
        "amount_funder|gender_marker|sdg|call");
    headers_mean("French authority|Partner|Country|Sector|Start year|End year|Status",
                 "french_name|foreign_name|country|themes|year_start|year_end|status");
    headers_mean("french_name| Foreign-Name |COUNTRY_ISO|latitude|longitude",
                 "french_name|foreign_name|country_iso|foreign_lat|foreign_lon");
    /* Themes may stand in several columns, as may remarks. */
    headers_mean(
        "Collectivité|Pays|Thématique principale|Thématique secondaire|Remarques|Observations",
        "french_name|country|themes|themes|note|note");
}

static void headers_depend_on_each_other(void **state)
{
    (void)state;
    headers_mean("Commune|Département|Pays", "french_name|french_hint|country");
    headers_mean("Commune|Collectivité|Pays", "french_hint|french_name|country");
    headers_mean("Titre|Intitulé|Collectivité|Pays", "title|again|french_name|country");
}

static void people_are_not_read(void **state)
{
    (void)state;
    headers_mean(
        "Collectivité|Pays|Contact|Courriel|Tél.|Nom du maire|E-mail du référent|Prénom|"
        "Responsable du dossier|couleur",
        "french_name|country|contact|contact|contact|contact|contact|contact|contact|-");
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *headers, *words;
    } cases[] = {
        {"nom|couleur", "French authority"},
        {"Pays|Partenaire", "French authority"},
        {"Collectivité|couleur", "country"},
        {"", "French authority"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        struct dataset_cell cells[MOST];
        struct dataset_row row;
        snprintf(text, sizeof text, "%s", cases[i].headers);
        header_of(text, cells, &row);
        struct columns columns;
        struct atlas_error error = {0};
        assert_int_equal(columns_find(&row, NULL, &columns, &error), ATLAS_INVALID);
        assert_non_null(strstr(error.message, cases[i].words));
    }
    columns_close(NULL);
}

/* Every field is found by its own name, so that the sample's header is always understood. */
static void every_field_has_its_name(void **state)
{
    (void)state;
    for (int field = FIELD_CONTACT; field < FIELD_COUNT; field++) {
        char text[200];
        struct dataset_cell cells[MOST];
        struct dataset_row row;
        snprintf(text, sizeof text, "%s|french_code|country", field_name((enum field)field));
        header_of(text, cells, &row);
        struct columns columns;
        assert_int_equal(columns_find(&row, NULL, &columns, NULL), ATLAS_OK);
        assert_int_equal(columns.columns[0].field, field);
        columns_close(&columns);
    }
    assert_string_equal(field_name(FIELD_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_understood),   cmocka_unit_test(headers_depend_on_each_other),
        cmocka_unit_test(people_are_not_read),      cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(every_field_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
