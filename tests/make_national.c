/* make_national: a made data set of national size, for benches, for tests of years and density,
 * and for `./dev run --national`.
 *
 * It pairs real names of the gazetteer at random, by rules that give what the national atlas has:
 * one row per link, at most 12,129 partnerships, 4,756 French authorities, 9,889 partners and 140
 * countries at the default size, few partners abroad for most authorities and many for regions, a
 * third of the links in three countries, themes, kinds, years and amounts as skewed as the sample.
 * No row stands for a real partnership: each says so (column `made`, `source_doc` and `note`).
 *
 * The same gazetteer and number of links give the same bytes. Larger sizes draw on more
 * authorities and partners: their numbers grow with the square root of the number of links.
 */
#include "geo/name.h"
#include "tests/national/pairing.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    NATIONAL_LINKS = 12129,
    NATIONAL_AUTHORITIES = 4756,
    NATIONAL_PARTNERS = 9889,
    NATIONAL_COUNTRIES = 140,
    LINKS_MAX = 20000000,
    YEAR_FIRST = 1950,
    YEAR_LAST = 2025
};

static const struct share kinds[] = {
    {"jumelage", 430},    {"projet", 240},         {"", 120},
    {"convention", 70},   {"action", 40},          {"soutien", 30},
    {"accord-cadre", 20}, {"transfrontalier", 15}, {"pacte-amitie", 12},
    {"expertise", 10},    {"urgence", 6},          {"reseau", 4},
    {"intention", 3},
};
static const struct share themes[] = {
    {"culture", 150},
    {"education", 110},
    {"mobilite-jeunes", 90},
    {"eau", 70},
    {"appui-institutionnel", 70},
    {"sport", 60},
    {"francophonie", 50},
    {"agriculture", 50},
    {"sante", 45},
    {"developpement-local", 45},
    {"patrimoine", 35},
    {"tourisme", 30},
    {"gouvernance", 30},
    {"environnement", 25},
    {"economie", 25},
    {"humanitaire", 20},
    {"dechets", 20},
    {"ville-durable", 20},
    {"formation", 20},
    {"jeunesse", 20},
    {"energie", 15},
    {"climat", 15},
    {"biodiversite", 12},
    {"transfrontalier", 12},
    {"ecsi", 12},
    {"urbanisme", 12},
    {"inclusion", 12},
    {"genre", 10},
    {"filieres", 10},
    {"ess", 10},
    {"numerique", 10},
    {"transports", 9},
    {"paix", 9},
    {"etudiants", 9},
    {"emploi-jeunes", 8},
    {"migrations", 7},
    {"attractivite", 6},
    {"societe", 6},
    {"services-essentiels", 6},
    {"prevention-risques", 6},
    {"genre-autonomisation", 5},
    {"genre-droits", 4},
    {"genre-sante", 4},
    {"genre-violences", 3},
    {"emploi-femmes", 4},
    {"clusters", 3},
    {"droits-humains", 3},
    {"multisectoriel", 3},
    {"securite", 2},
};
static const struct share statuses[] = {{"active", 550}, {"", 280},         {"ended", 90},
                                        {"dormant", 40}, {"suspended", 20}, {"planned", 15},
                                        {"cancelled", 5}};
static const struct share modes[] = {{"", 860},          {"mutualise", 60}, {"a-rejoindre", 30},
                                     {"trilateral", 25}, {"1pc-eau", 15},   {"cles-en-main", 10}};
static const struct share calls[] = {{"", 880},
                                     {"AAP généraliste 2019 MEAE", 30},
                                     {"AAP triennal 2022-2024 MEAE", 30},
                                     {"AAP 2025 MEAE", 25},
                                     {"FICOL", 20},
                                     {"AAP Jeunesse VI 2020 MEAE", 15}};
static const struct share funders[] = {
    {"collectivite", 500}, {"meae", 300}, {"afd", 120}, {"ue", 80}};
static const struct share natures[] = {
    {"attribue", 550}, {"prevu", 250}, {"verse", 150}, {"cumul", 50}};
static const struct share markers[] = {{"", 880}, {"0", 60}, {"1", 45}, {"2", 15}};

struct facts {
    const char *kind, *status, *mode, *call, *marker, *funder, *nature;
    const char *themes[4];
    size_t theme_count;
    int start, end; /* years, 0 where none is said */
    long amount;    /* euros, 0 where none is said */
    bool lead;      /* the French side leads */
};

/* Town twinnings were signed around 1990, projects lately. */
static int draw_year(struct chance *chance, const char *kind)
{
    double span = YEAR_LAST - YEAR_FIRST + 1;
    if (strcmp(kind, "jumelage") == 0 || strcmp(kind, "pacte-amitie") == 0)
        return YEAR_FIRST +
               (int)(span * (chance_unit(chance) + chance_unit(chance) + chance_unit(chance)) / 3);
    return YEAR_LAST - (int)(30 * pow(chance_unit(chance), 1.6));
}

static void draw_themes(struct chance *chance, struct facts *facts)
{
    double point = chance_unit(chance);
    size_t wanted = point < 0.13 ? 0 : point < 0.60 ? 1 : point < 0.88 ? 2 : point < 0.97 ? 3 : 4;
    while (facts->theme_count < wanted) {
        const char *theme = CHANCE_DRAW(chance, themes);
        bool known = false;
        for (size_t i = 0; i < facts->theme_count; i++)
            known = known || facts->themes[i] == theme;
        if (!known) facts->themes[facts->theme_count++] = theme;
    }
}

static struct facts draw_facts(struct chance *chance)
{
    struct facts facts = {.kind = CHANCE_DRAW(chance, kinds),
                          .status = CHANCE_DRAW(chance, statuses),
                          .mode = CHANCE_DRAW(chance, modes),
                          .call = "",
                          .marker = CHANCE_DRAW(chance, markers),
                          .funder = "",
                          .nature = "",
                          .lead = chance_unit(chance) < 0.2};
    draw_themes(chance, &facts);
    if (chance_unit(chance) >= 0.05) facts.start = draw_year(chance, facts.kind);
    bool twinning = strcmp(facts.kind, "jumelage") == 0;
    if (facts.start >= 2005 && !twinning) facts.call = CHANCE_DRAW(chance, calls);
    if (facts.start && chance_unit(chance) < (twinning ? 0.02 : 0.35))
        facts.end = facts.start + 1 + (int)chance_below(chance, 5);
    if (!twinning && chance_unit(chance) < 0.15) {
        /* From some 2,000 euros to some millions, most about 40,000. */
        double digits = 3.3 + 1.3 * (chance_unit(chance) + chance_unit(chance));
        facts.amount = 100 * lround(pow(10, digits) / 100);
        facts.funder = CHANCE_DRAW(chance, funders);
        facts.nature = CHANCE_DRAW(chance, natures);
    }
    return facts;
}

static void put_text(FILE *out, const char *text)
{
    if (!strpbrk(text, ",;\"\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (const char *c = text; *c; c++) {
        if (*c == '"') putc('"', out);
        putc(*c, out);
    }
    putc('"', out);
}

static void put_field(FILE *out, const char *text)
{
    put_text(out, text);
    putc(',', out);
}

static void put_year(FILE *out, int year)
{
    if (year) fprintf(out, "%d", year);
    putc(',', out);
}

/* One name in twenty-five is typed in capitals without accents, as in many a real file. */
static void put_name(FILE *out, const char *name, struct chance *chance)
{
    char folded[400];
    if (chance_unit(chance) < 0.04 && name_fold(name, folded, sizeof folded) < sizeof folded) {
        for (char *c = folded; *c; c++) {
            if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
        }
        put_field(out, folded);
        return;
    }
    put_field(out, name);
}

static void put_title(FILE *out, const struct facts *facts, const struct place *french,
                      const struct place *foreign)
{
    const char *what = strcmp(facts->kind, "jumelage") == 0 ? "Jumelage"
                       : strcmp(facts->kind, "projet") == 0 ? "Projet"
                                                            : "Coopération";
    char title[1200];
    snprintf(title, sizeof title, "%s %s – %s", what, french->name, foreign->name);
    put_field(out, title);
}

static void put_themes(FILE *out, const struct facts *facts)
{
    char joined[200] = "";
    for (size_t i = 0; i < facts->theme_count; i++) {
        size_t length = strlen(joined);
        snprintf(joined + length, sizeof joined - length, "%s%s", i ? ";" : "", facts->themes[i]);
    }
    put_field(out, joined);
}

static const char header[] =
    "partnership_id,title,kind,modes,status,french_name,french_type,french_hint,french_role,"
    "foreign_name,foreign_type,foreign_generic,foreign_role,partner_status,country,country_iso,"
    "themes,year_start,year_end,end_kind,signed,amount_eur,amount_funder,amount_nature,"
    "gender_marker,call,source_doc,source_place,source_date,note,made\n";

static void put_row(FILE *out, size_t group, const struct facts *facts, const struct place *french,
                    const struct place *foreign, const struct place *titled, struct chance *chance)
{
    bool state = strcmp(foreign->kind, "country") == 0;
    fprintf(out, "M%07zu,", group + 1);
    put_title(out, facts, french, titled);
    put_field(out, facts->kind);
    put_field(out, facts->mode);
    put_field(out, facts->status);
    put_name(out, french->name, chance);
    put_field(out, french->kind);
    put_field(out, french->hint);
    put_field(out, facts->lead ? "chef-de-file" : "partenaire");
    put_name(out, foreign->name, chance);
    put_field(out, foreign->kind);
    put_field(out, foreign->generic);
    put_field(out, "partenaire");
    put_field(out, state ? "state" : "known");
    put_field(out, foreign->country);
    put_field(out, foreign->iso);
    put_themes(out, facts);
    put_year(out, facts->start);
    put_year(out, facts->end);
    put_field(out, facts->end ? "fixed" : "");
    put_year(out, facts->end ? facts->start : 0);
    if (facts->amount) fprintf(out, "%ld", facts->amount);
    putc(',', out);
    put_field(out, facts->funder);
    put_field(out, facts->nature);
    put_field(out, facts->marker);
    put_field(out, facts->call);
    fputs(
        "made:make_national,,2025,\"donnée fabriquée pour essais : aucune coopération réelle\",1\n",
        out);
}

static void write_rows(const struct pairing *pairing, const struct places *french,
                       const struct places *foreign, struct chance *chance)
{
    fputs(header, stdout);
    struct facts facts = {0};
    size_t first = 0;
    for (size_t row = 0; row < pairing->rows; row++) {
        if (row == 0 || pairing->group[row] != pairing->group[row - 1]) {
            facts = draw_facts(chance);
            first = row;
        }
        put_row(stdout, pairing->group[row], &facts, &french->items[pairing->french[row]],
                &foreign->items[pairing->foreign[row]], &foreign->items[pairing->foreign[first]],
                chance);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) give_up("cannot write: %s", strerror(errno));
}

static void make(sqlite3 *database, size_t links)
{
    double scale = sqrt((double)links / NATIONAL_LINKS);
    if (scale < 1) scale = 1;
    struct chance chance = {.state = 20251124};
    struct places french = {0}, foreign = {0};
    places_open_french(&french, database, (size_t)(NATIONAL_AUTHORITIES * scale), scale, &chance);
    places_open_foreign(&foreign, database, (size_t)(NATIONAL_PARTNERS * scale), NATIONAL_COUNTRIES,
                        &chance);
    struct pairing pairing;
    pairing_open(&pairing, links, &french, &foreign, &chance);
    write_rows(&pairing, &french, &foreign, &chance);
    pairing_close(&pairing);
    places_close(&french);
    places_close(&foreign);
}

static sqlite3 *open_gazetteer(const char *path)
{
    sqlite3 *database;
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_exec(database, "SELECT 1 FROM territory LIMIT 1", NULL, NULL, NULL) != SQLITE_OK)
        give_up(
            "cannot read the gazetteer %s: %s; build it with ./dev build, or name another "
            "with --gazetteer FILE",
            path, sqlite3_errmsg(database));
    return database;
}

static const char usage[] =
    "usage: make_national [LINKS] [--gazetteer FILE]\n"
    "Writes a made CSV with the columns of data/partnerships.csv to standard output: LINKS rows\n"
    "(12,129 by default), one link each, with real names out of the gazetteer (by default\n"
    "gazetteer.sqlite beside this programme). The same arguments give the same bytes.\n";

/* gazetteer.sqlite beside the executable. */
static void default_gazetteer(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 32);
    char *slash = NULL;
    if (length > 0) {
        path[length] = '\0';
        slash = strrchr(path, '/');
    }
    snprintf(slash ? slash + 1 : path, 32, "gazetteer.sqlite");
}

int main(int argc, char **argv)
{
    char path[4096];
    default_gazetteer(path, sizeof path);
    const char *gazetteer = path;
    size_t links = NATIONAL_LINKS;
    for (int i = 1; i < argc; i++) {
        char *end;
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            return 0;
        }
        if (strcmp(argv[i], "--gazetteer") == 0 && i + 1 < argc) {
            gazetteer = argv[++i];
            continue;
        }
        errno = 0;
        unsigned long number = strtoul(argv[i], &end, 10);
        if (argv[i][0] < '1' || argv[i][0] > '9' || *end || errno || number > LINKS_MAX) {
            fprintf(stderr,
                    "make_national: %s is neither an option nor a number of links from 1 "
                    "to %d\n%s",
                    argv[i], LINKS_MAX, usage);
            return 2;
        }
        links = number;
    }
    sqlite3 *database = open_gazetteer(gazetteer);
    make(database, links);
    sqlite3_close(database);
    return 0;
}
