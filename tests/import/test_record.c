/* import/record: one row checked. Plan: a row per rule, with what comes of it; rejected rows are
 * said with column, reason and hint; doubtful cells are noted; nothing of people stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/import/record_fixture.h"

#include <math.h>

static struct record_fixture fixture;
static const char header[] =
    "id,title,kind,status,collectivité,french_type,french_role,partenaire,pays,country_iso,"
    "partner_status,themes,year_start,year_end,amount_eur,gender_marker,lat,lon,note,publication";

static int open_fixture(void **state)
{
    (void)state;
    record_fixture_open(&fixture, header, SIZE_MAX);
    return 0;
}

static int close_fixture(void **state)
{
    (void)state;
    record_fixture_close(&fixture);
    return 0;
}

static struct import_partnership p;

static enum record_outcome read_row(const char *text)
{
    return record_fixture_read(&fixture, 7, text, &p);
}

static void a_plain_row_is_read(void **state)
{
    (void)state;
    assert_int_equal(read_row("P1,Eau à Bamako,Projet,en cours,Lyon,commune,chef de file,Bamako,"
                              "Mali,ml,known,eau;énergie,2019,2021,1 000 €,1,,,note,"),
                     RECORD_GOOD);
    assert_string_equal(p.external_id, "P1");
    assert_string_equal(p.title, "Eau à Bamako");
    assert_string_equal(p.kind, "projet");
    assert_string_equal(p.status, "active");
    assert_int_equal(p.n_parties, 2);
    assert_string_equal(p.parties[0].name, "Lyon");
    assert_string_equal(p.parties[0].role, "chef-de-file");
    assert_string_equal(p.parties[1].country_iso, "ML");
    assert_int_equal(p.n_pairs, 1);
    assert_int_equal(p.n_themes, 2);
    assert_string_equal(p.themes[1]->code, "energie");
    assert_int_equal(p.year_start, 2019);
    assert_int_equal(p.year_end, 2021);
    assert_int_equal(p.n_fundings, 1);
    assert_true(fabs(p.fundings[0].euros - 1000) < 1e-9);
    assert_int_equal(p.gender_marker, 1);
    assert_string_equal(p.publication, "published");
    assert_true(isnan(p.parties[1].lon));
}

static void what_is_not_said_stays_unknown(void **state)
{
    (void)state;
    assert_int_equal(read_row(",,,,Lyon,,,,Mali,,,,,,,,,,,"), RECORD_GOOD);
    assert_null(p.external_id);
    assert_string_equal(p.title, "Lyon – Mali");
    assert_true(p.title_made);
    assert_null(p.kind);
    assert_int_equal(p.year_start, YEAR_NONE);
    assert_int_equal(p.gender_marker, -1);
    assert_int_equal(p.n_fundings, 0);
    assert_string_equal(p.parties[1].partner_status, "unknown");
    assert_string_equal(p.parties[0].role, "partenaire");
}

static void several_parties_stand_in_a_cell(void **state)
{
    (void)state;
    assert_int_equal(
        read_row(",,,,Lyon;Grenoble,commune,,Fès | Bamako,Maroc | Mali,MA|ML,,,,,,,,,,"),
        RECORD_GOOD);
    assert_int_equal(p.n_parties, 4);
    assert_int_equal(p.n_pairs, 4);
    assert_string_equal(p.parties[1].type, "commune");
    assert_string_equal(p.parties[2].country_iso, "MA");
    assert_string_equal(p.parties[3].name, "Bamako");
    assert_string_equal(p.parties[3].country_iso, "ML");
    assert_int_equal(read_row(",,,,Lyon,,,,Maroc;Mali,,,,,,,,,,,"), RECORD_GOOD);
    assert_int_equal(p.n_parties, 3);
}

static void bad_cells_reject_the_row(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,0,,,,,,,",        /* no such year */
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,9999,,,,,,,",     /* no such year */
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,2020,2019,,,,,,", /* the end before the start */
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,,,-5,,,,,",       /* less than nothing */
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,,,beaucoup,,,,,",
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,,,,,91,98,,", /* no latitude */
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,,,,,NaN,8,,",
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,,,,,12,,,",    /* half a point */
        "P1,,,,,,,Bamako,Mali,ML,,,,,,,,,,",          /* no French authority */
        "P1,,,,Lyon,,,,,,,,,,,,,,,",                  /* neither partner nor country */
        "P1,,,,Lyon,,,Bamako",                        /* too few cells */
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,,more", /* too many */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t before = report_n(fixture.report, REPORT_REJECTED);
        if (read_row(rows[i]) != RECORD_REJECTED) fail_msg("%s", rows[i]);
        assert_int_equal(report_n(fixture.report, REPORT_REJECTED), before + 1);
    }
    /* cells that are empty beyond the header are what spreadsheets add */
    assert_int_equal(read_row("P1,,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,,,,"), RECORD_GOOD);
}

static void doubtful_cells_are_noted(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "P1,,mariage,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,",
        "P1,,,bof,Lyon,,,Bamako,Mali,ML,,,,,,,,,,",
        "P1,,,,Lyon,,roi,Bamako,Mali,ML,,,,,,,,,,",
        "P1,,,,Lyon,,,Bamako,Mali,ZZ,,,,,,,,,,",
        "P1,,,,Lyon,,,Bamako,Mali,ML,,licornes,,,,,,,,",
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,,,,7,,,,",
        "P1,,,,Lyon,,,Bamako,Mali,ML,,,vers 2019,,,,,,,",
        "P1,coopÃ©ration,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,",
        "P1,=1+1,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,",
        "P1,a\x01z,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,",
        "P1,\xE2\x80\xAEtitle,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,",
        "P1,voir x@mairie.example,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t before = report_n(fixture.report, REPORT_NOTE);
        if (read_row(rows[i]) != RECORD_GOOD) fail_msg("%s", rows[i]);
        if (report_n(fixture.report, REPORT_NOTE) != before + 1) fail_msg("%s", rows[i]);
    }
    read_row("P1,coopÃ©ration,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,");
    assert_string_equal(p.title, "coopération");
    read_row("P1,voir x@mairie.example,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,");
    assert_string_equal(p.title, "voir [e-mail]");
    read_row("P1,  a \t b  ,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,");
    assert_string_equal(p.title, "a b");
    read_row("P1,e\xCC\x81té,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,");
    assert_string_equal(p.title, "été");
}

/* What comes of one cell of one column beside a plain row. */
static const char *read_of(const char *column, const char *cell)
{
    static char text[600];
    struct record_fixture own;
    char headers[300], row[300];
    snprintf(headers, sizeof headers, "collectivité,pays,%s", column);
    snprintf(row, sizeof row, "Lyon,Mali,%s", cell);
    record_fixture_open(&own, headers, SIZE_MAX);
    size_t used = 0;
    text[0] = '\0';
    if (record_fixture_read(&own, 2, row, &p) != RECORD_GOOD)
        snprintf(text, sizeof text, "rejected");
    else {
        for (size_t i = 0; i < p.n_themes; i++)
            used +=
                (size_t)snprintf(text + used, sizeof text - used, " theme=%s", p.themes[i]->code);
        for (size_t i = 0; i < p.n_fundings; i++)
            used += (size_t)snprintf(text + used, sizeof text - used, " %s/%s/%g",
                                     p.fundings[i].funder ? p.fundings[i].funder : "-",
                                     p.fundings[i].nature ? p.fundings[i].nature : "-",
                                     p.fundings[i].euros);
        const char *const texts[] = {p.sdg, p.dac, p.gender_origin, p.call, p.signed_on};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            if (texts[i])
                used += (size_t)snprintf(text + used, sizeof text - used, " '%s'", texts[i]);
        if (p.gender_marker >= 0)
            used +=
                (size_t)snprintf(text + used, sizeof text - used, " gender=%d", p.gender_marker);
        if (p.year_start != YEAR_NONE || p.year_end != YEAR_NONE)
            used += (size_t)snprintf(text + used, sizeof text - used, " %d..%d%s",
                                     p.year_start == YEAR_NONE ? 0 : p.year_start,
                                     p.year_end == YEAR_NONE ? 0 : p.year_end,
                                     p.end_kind ? p.end_kind : "");
    }
    record_fixture_close(&own);
    return *text == ' ' ? text + 1 : text;
}

static void each_rule_of_reading(void **state)
{
    (void)state;
    static const struct {
        const char *column, *cell, *read;
    } cases[] = {
        /* themes: code, label in French or English, DAC/CRS purpose code, several at once */
        {"themes", "eau", "theme=eau"},
        {"Thématique", "Eau et assainissement", "theme=eau"},
        {"Thématique", "EAU ET ASSAINISSEMENT", "theme=eau"},
        {"Sector", "Water and sanitation", "theme=eau"},
        {"themes", "14050", "theme=dechets"},
        {"themes", "14020", "theme=eau"},
        {"themes", "14050; Water and sanitation | energie",
         "theme=dechets theme=eau theme=energie"},
        {"themes", "eau;licornes;eau", "theme=eau"},
        /* years */
        {"Année", "2019", "2019..0"},
        {"Année", "depuis 2009", "2009..0open"},
        {"Période", "2019-2023", "2019..2023"},
        {"Date de début", "12/03/2019", "2019..0"},
        {"Date de signature", "12/03/2019", "'2019-03-12'"},
        {"Année", "0", "rejected"},
        {"Année", "9999", "rejected"},
        {"Année", "NaN", "rejected"},
        /* money: amount, funder and nature apart; what a header says wins for its column */
        {"Montant", "1 234.50 €", "-/-/1234.5"},
        {"Montant", "n.c.", ""},
        {"Montant,Financeur,Nature du montant", "5 k€,MEAE,accordé", "meae/attribue/5000"},
        {"Montant,Financeur", "5,Ville de Lyon", "Ville de Lyon/-/5"},
        {"Montant,Financeur,Nature du montant", "5;7,afd;Union européenne,prévu",
         "afd/prevu/5 ue/prevu/7"},
        {"Montant,Financeur", "5;7;9,afd;ue", "-/-/5 -/-/7 -/-/9"},
        {"Montant versé,Nature du montant", "5,prévu", "-/verse/5"},
        {"Subvention MEAE,Part de la collectivité", "5,7", "meae/attribue/5 collectivite/-/7"},
        {"Montant prévu,Montant versé", "5,4", "-/prevu/5 -/verse/4"},
        {"Montant", "-5", "rejected"},
        /* the marker with its origin; from nothing else, and nothing else from it */
        {"Marqueur genre,Origine du marqueur", "1,e-APD", "'e-apd' gender=1"},
        {"Marqueur genre,Origine du marqueur", "principal,appel à projets", "'call' gender=2"},
        {"Marqueur genre,Origine du marqueur", ",déclaré", ""},
        {"ODD", "5", "'5'"},
        {"themes,ODD", "emploi-femmes,ODD 5", "theme=emploi-femmes 'ODD 5'"},
        {"ODD,Code CAD", "ODD 6; 11,14050;31110", "'ODD 6; 11' '14050;31110'"},
        /* misread in another encoding, header and cell */
        {"ThÃ©matique", "Ã‰nergie", "theme=energie"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *read = read_of(cases[i].column, cases[i].cell);
        if (strcmp(read, cases[i].read) != 0)
            fail_msg("%s: %s: '%s', not '%s'", cases[i].column, cases[i].cell, read, cases[i].read);
    }
}

static void publication_is_held_back_in_doubt(void **state)
{
    (void)state;
    read_row(",,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,à vérifier");
    assert_string_equal(p.publication, "to-review");
    read_row(",,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,non");
    assert_string_equal(p.publication, "withheld");
    read_row(",,,,Lyon,,,Bamako,Mali,ML,,,,,,,,,,bof");
    assert_string_equal(p.publication, "to-review");
}

/* Whatever the bytes of a row: an outcome, never a crash; each rejected row is said once. */
static void any_row_has_an_outcome(void **state)
{
    (void)state;
    static const char *const pieces[] = {"2019",     "-",  ";",     "|",          "€",  "Lyon",
                                         "\xC3\xA9", "é",  "@a.bc", "0612345678", "/",  "=",
                                         "NaN",      "  ", "\x7F",  "Ã©",         "1e9"};
    srand(3);
    for (int round = 0; round < 3000; round++) {
        char text[3000] = "";
        size_t used = 0;
        for (int cell = 0; cell < 20; cell++) {
            if (cell) text[used++] = ',';
            for (int n = rand() % 4; n > 0; n--) {
                const char *piece = pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)];
                used += (size_t)snprintf(text + used, sizeof text - used, "%s", piece);
            }
        }
        size_t before = report_n(fixture.report, REPORT_REJECTED);
        enum record_outcome outcome = read_row(text);
        assert_int_equal(report_n(fixture.report, REPORT_REJECTED) - before,
                         outcome == RECORD_REJECTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_row_is_read),
        cmocka_unit_test(what_is_not_said_stays_unknown),
        cmocka_unit_test(several_parties_stand_in_a_cell),
        cmocka_unit_test(bad_cells_reject_the_row),
        cmocka_unit_test(doubtful_cells_are_noted),
        cmocka_unit_test(each_rule_of_reading),
        cmocka_unit_test(publication_is_held_back_in_doubt),
        cmocka_unit_test(any_row_has_an_outcome),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
