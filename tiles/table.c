#include "tiles/table.h"

#include "tiles/bitset.h"

#include <math.h>
#include <string.h>

static const char head[] =
    "id,partnership,title,french_code,french_name,foreign_code,foreign_name,country,themes,kind,"
    "status,year_start,year_end,gender_marker,french_precision,foreign_precision,url\r\n";
static const char territories_head[] =
    "code,name,side,kind,generic,country,parent,precision,radius_km,population,n,partnerships,lon,"
    "lat,url\r\n";

enum atlas_status table_begin(struct table *table, const struct selection *selection,
                              enum feature_kind kind, const char *base_url, bool english)
{
    *table = (struct table){
        .selection = selection, .kind = kind, .base_url = base_url, .english = english};
    if (kind != FEATURE_TERRITORIES) return ATLAS_OK;
    return group_territories(selection, &table->territories);
}

void table_close(struct table *table)
{
    if (!table) return;
    feature_close(&table->feature);
    groups_close(&table->territories);
    bytes_close(&table->text);
}

static void begin_cell(struct table *table, struct bytes *out)
{
    if (table->cells++ > 0) bytes_append_byte(out, ',');
}

static void end_row(struct table *table, struct bytes *out)
{
    bytes_append(out, "\r\n", 2);
    table->cells = 0;
}

static void write_text(struct table *table, const char *text, struct bytes *out)
{
    begin_cell(table, out);
    if (!text || !*text) return;
    bool formula = strchr("=+-@\t\r", *text) != NULL;
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (quoted) bytes_append_byte(out, '"');
    if (formula) bytes_append_byte(out, '\'');
    for (const char *at = text; *at;) {
        size_t plain = strcspn(at, "\"");
        bytes_append(out, at, plain);
        at += plain;
        if (*at == '"') {
            bytes_append(out, "\"\"", 2);
            at++;
        }
    }
    if (quoted) bytes_append_byte(out, '"');
}

static void write_integer(struct table *table, int64_t value, bool known, struct bytes *out)
{
    begin_cell(table, out);
    if (known) bytes_append_format(out, "%lld", (long long)value);
}

static void write_number(struct table *table, double value, int decimals, struct bytes *out)
{
    begin_cell(table, out);
    if (isfinite(value)) bytes_append_format(out, "%.*f", decimals, value);
}

static void write_ends(struct table *table, enum side side, enum feature_text which,
                       struct bytes *out)
{
    bytes_clear(&table->text);
    bool known = feature_text(&table->feature, side, which, &table->text);
    if (table->text.failed) out->failed = true;
    write_text(table, known && !table->text.failed ? (const char *)table->text.data : NULL, out);
}

/* Writes what is in table->text, which has no NUL yet. */
static void write_gathered(struct table *table, struct bytes *out)
{
    bytes_append_byte(&table->text, '\0');
    if (table->text.failed) out->failed = true;
    write_text(table, table->text.failed ? NULL : (const char *)table->text.data, out);
}

static void write_themes(struct table *table, const struct edition_partnership *p,
                         struct bytes *out)
{
    const struct edition *edition = table->selection->edition;
    bytes_clear(&table->text);
    for (size_t i = 0; i < p->n_themes; i++) {
        if (i > 0) bytes_append_byte(&table->text, ';');
        bytes_append_text(&table->text,
                          edition->themes[edition->partnership_themes[p->first_theme + i]].code);
    }
    write_gathered(table, out);
}

static void write_feature(struct table *table, struct bytes *out)
{
    const struct edition *edition = table->selection->edition;
    const struct edition_partnership *p = &edition->partnerships[table->feature.partnership];
    write_integer(table, (int64_t)table->feature.id, true, out);
    write_integer(table, (int64_t)p->id, true, out);
    write_text(table, p->title, out);
    write_ends(table, SIDE_FRENCH, FEATURE_CODE, out);
    write_ends(table, SIDE_FRENCH, FEATURE_NAME, out);
    write_ends(table, SIDE_FOREIGN, FEATURE_CODE, out);
    write_ends(table, SIDE_FOREIGN, FEATURE_NAME, out);
    write_ends(table, SIDE_FOREIGN, FEATURE_COUNTRY, out);
    write_themes(table, p, out);
    write_text(table, p->kind, out);
    write_text(table, p->status, out);
    write_integer(table, p->year_start, p->year_start != EDITION_NO_YEAR, out);
    write_integer(table, p->year_end, p->year_end != EDITION_NO_YEAR, out);
    write_integer(table, p->gender_marker, p->gender_marker != EDITION_NO_MARKER, out);
    write_ends(table, SIDE_FRENCH, FEATURE_PRECISION, out);
    write_ends(table, SIDE_FOREIGN, FEATURE_PRECISION, out);
    bytes_clear(&table->text);
    feature_partnership_url(p, table->base_url, table->english, &table->text);
    write_gathered(table, out);
    end_row(table, out);
}

static void write_territory(struct table *table, const struct group *row, struct bytes *out)
{
    const struct edition *edition = table->selection->edition;
    const struct edition_territory *t = &edition->territories[row->key[0]];
    write_text(table, t->code, out);
    write_text(table, table->english ? t->name_en : t->name_fr, out);
    write_text(table, t->side == SIDE_FRENCH ? "french" : "foreign", out);
    write_text(table, territory_kind_text((enum territory_kind)t->kind), out);
    write_text(table, t->generic, out);
    write_text(table, t->country_iso, out);
    write_text(table, t->parent == EDITION_NONE ? NULL : edition->territories[t->parent].code, out);
    write_text(table, precision_text((enum precision)t->precision), out);
    write_number(table, t->radius_km, 1, out);
    write_integer(table, t->population, t->population >= 0, out);
    write_integer(table, (int64_t)row->totals.n, true, out);
    write_integer(table, (int64_t)row->totals.partnerships, true, out);
    write_number(table, t->lon_deg, 6, out);
    write_number(table, t->lat_deg, 6, out);
    bytes_clear(&table->text);
    feature_territory_url(t, table->base_url, table->english, &table->text);
    write_gathered(table, out);
    end_row(table, out);
}

static enum atlas_status write_link(struct table *table, struct bytes *out, bool *wrote)
{
    const struct edition *edition = table->selection->edition;
    while (table->link < edition->n_links) {
        uint32_t link = edition->links_of[table->link++];
        if (!selection_has_link(table->selection, link)) continue;
        enum atlas_status status = feature_of_link(edition, link, table->english, &table->feature);
        if (status == ATLAS_OK) write_feature(table, out);
        return status;
    }
    *wrote = false;
    return ATLAS_OK;
}

static enum atlas_status write_partnership(struct table *table, struct bytes *out, bool *wrote)
{
    size_t n = table->selection->edition->n_partnerships;
    size_t at = bitset_next(table->selection->partnerships, table->partnership, n);
    table->partnership = at + 1;
    *wrote = at < n;
    if (at >= n) return ATLAS_OK;
    enum atlas_status status =
        feature_of_partnership(table->selection, (uint32_t)at, table->english, &table->feature);
    if (status == ATLAS_OK) write_feature(table, out);
    return status;
}

static enum atlas_status write_one(struct table *table, struct bytes *out, bool *wrote)
{
    *wrote = true;
    if (table->kind == FEATURE_LINKS) return write_link(table, out, wrote);
    if (table->kind == FEATURE_PARTNERSHIPS) return write_partnership(table, out, wrote);
    *wrote = table->row < table->territories.n;
    if (*wrote) write_territory(table, &table->territories.groups[table->row++], out);
    return ATLAS_OK;
}

enum atlas_status table_next(struct table *table, size_t block, struct bytes *out, bool *more)
{
    size_t before = out->length;
    if (!table->begun)
        bytes_append_text(out, table->kind == FEATURE_TERRITORIES ? territories_head : head);
    table->begun = true;
    while (!table->ended && out->length - before < block) {
        bool wrote;
        enum atlas_status status = write_one(table, out, &wrote);
        if (status) return status;
        table->ended = !wrote;
    }
    *more = !table->ended;
    return bytes_status(out);
}
