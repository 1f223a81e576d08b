#include "geo/geocode_answer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void answer_fill_place(const struct gazetteer_territory *territory, double score,
                       struct place *place)
{
    *place = (struct place){.side = territory->side,
                            .kind = territory->kind,
                            .precision = territory->precision,
                            .lon_deg = territory->lon_deg,
                            .lat_deg = territory->lat_deg,
                            .radius_km = territory->radius_km,
                            .score = score};
    memcpy(place->code, territory->code, sizeof place->code);
    memcpy(place->country_iso, territory->country_iso, sizeof place->country_iso);
    memcpy(place->name, territory->name_fr, sizeof place->name);
    memcpy(place->parent_code, territory->parent_code, sizeof place->parent_code);
}

void answer_say(struct place_answer *answer, const char *format, ...)
{
    size_t length = strlen(answer->reason);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(answer->reason + length, sizeof answer->reason - length, format, arguments);
    va_end(arguments);
    size_t end = strlen(answer->reason);
    if (end + 1 < sizeof answer->reason) return;
    while (end > 0 && ((unsigned char)answer->reason[end - 1] & 0xC0) == 0x80)
        end--;
    if (end > 0) answer->reason[end - 1] = '\0';
}

void answer_start(struct place_answer *answer)
{
    memset(answer, 0, offsetof(struct place_answer, candidates));
    answer->status = MATCH_NOT_FOUND;
    answer->locatable = true;
    answer->place.precision = PRECISION_NONE;
    answer->place.kind = KIND_OTHER;
    answer->place.lon_deg = answer->place.lat_deg = answer->place.radius_km = NAN;
}

enum atlas_status answer_coarsely(struct gazetteer *gazetteer, const char *code,
                                  struct place_answer *answer, struct atlas_error *error)
{
    struct gazetteer_territory territory;
    enum atlas_status status = gazetteer_by_code(gazetteer, code, &territory, error);
    if (status == ATLAS_NOT_FOUND) return ATLAS_OK;
    if (status != ATLAS_OK) return status;
    answer_fill_place(&territory, 0, &answer->place);
    if (territory.kind == KIND_COUNTRY)
        answer->place.precision = PRECISION_COUNTRY;
    else if (answer->place.precision == PRECISION_EXACT)
        answer->place.precision = PRECISION_AREA;
    return ATLAS_OK;
}

enum atlas_status answer_country(struct gazetteer *gazetteer, const char *country_iso,
                                 struct place_answer *answer, struct atlas_error *error)
{
    char code[16];
    if (!country_iso[0]) return ATLAS_OK;
    snprintf(code, sizeof code, "country:%s", country_iso);
    return answer_coarsely(gazetteer, code, answer, error);
}
