#include "geo/country.h"

#include <string.h>
#include <strings.h>

/* Sorted by alpha-2. */
static const struct country countries[] = {
    {"AD", "AND", "EU"}, {"AE", "ARE", "AS"}, {"AF", "AFG", "AS"}, {"AG", "ATG", "NA"},
    {"AI", "AIA", "NA"}, {"AL", "ALB", "EU"}, {"AM", "ARM", "AS"}, {"AO", "AGO", "AF"},
    {"AQ", "ATA", "AN"}, {"AR", "ARG", "SA"}, {"AS", "ASM", "OC"}, {"AT", "AUT", "EU"},
    {"AU", "AUS", "OC"}, {"AW", "ABW", "NA"}, {"AX", "ALA", "EU"}, {"AZ", "AZE", "AS"},
    {"BA", "BIH", "EU"}, {"BB", "BRB", "NA"}, {"BD", "BGD", "AS"}, {"BE", "BEL", "EU"},
    {"BF", "BFA", "AF"}, {"BG", "BGR", "EU"}, {"BH", "BHR", "AS"}, {"BI", "BDI", "AF"},
    {"BJ", "BEN", "AF"}, {"BL", "BLM", "NA"}, {"BM", "BMU", "NA"}, {"BN", "BRN", "AS"},
    {"BO", "BOL", "SA"}, {"BQ", "BES", "NA"}, {"BR", "BRA", "SA"}, {"BS", "BHS", "NA"},
    {"BT", "BTN", "AS"}, {"BV", "BVT", "AN"}, {"BW", "BWA", "AF"}, {"BY", "BLR", "EU"},
    {"BZ", "BLZ", "NA"}, {"CA", "CAN", "NA"}, {"CC", "CCK", "AS"}, {"CD", "COD", "AF"},
    {"CF", "CAF", "AF"}, {"CG", "COG", "AF"}, {"CH", "CHE", "EU"}, {"CI", "CIV", "AF"},
    {"CK", "COK", "OC"}, {"CL", "CHL", "SA"}, {"CM", "CMR", "AF"}, {"CN", "CHN", "AS"},
    {"CO", "COL", "SA"}, {"CR", "CRI", "NA"}, {"CU", "CUB", "NA"}, {"CV", "CPV", "AF"},
    {"CW", "CUW", "NA"}, {"CX", "CXR", "AS"}, {"CY", "CYP", "EU"}, {"CZ", "CZE", "EU"},
    {"DE", "DEU", "EU"}, {"DJ", "DJI", "AF"}, {"DK", "DNK", "EU"}, {"DM", "DMA", "NA"},
    {"DO", "DOM", "NA"}, {"DZ", "DZA", "AF"}, {"EC", "ECU", "SA"}, {"EE", "EST", "EU"},
    {"EG", "EGY", "AF"}, {"EH", "ESH", "AF"}, {"ER", "ERI", "AF"}, {"ES", "ESP", "EU"},
    {"ET", "ETH", "AF"}, {"FI", "FIN", "EU"}, {"FJ", "FJI", "OC"}, {"FK", "FLK", "SA"},
    {"FM", "FSM", "OC"}, {"FO", "FRO", "EU"}, {"FR", "FRA", "EU"}, {"GA", "GAB", "AF"},
    {"GB", "GBR", "EU"}, {"GD", "GRD", "NA"}, {"GE", "GEO", "AS"}, {"GF", "GUF", "SA"},
    {"GG", "GGY", "EU"}, {"GH", "GHA", "AF"}, {"GI", "GIB", "EU"}, {"GL", "GRL", "NA"},
    {"GM", "GMB", "AF"}, {"GN", "GIN", "AF"}, {"GP", "GLP", "NA"}, {"GQ", "GNQ", "AF"},
    {"GR", "GRC", "EU"}, {"GS", "SGS", "AN"}, {"GT", "GTM", "NA"}, {"GU", "GUM", "OC"},
    {"GW", "GNB", "AF"}, {"GY", "GUY", "SA"}, {"HK", "HKG", "AS"}, {"HM", "HMD", "AN"},
    {"HN", "HND", "NA"}, {"HR", "HRV", "EU"}, {"HT", "HTI", "NA"}, {"HU", "HUN", "EU"},
    {"ID", "IDN", "AS"}, {"IE", "IRL", "EU"}, {"IL", "ISR", "AS"}, {"IM", "IMN", "EU"},
    {"IN", "IND", "AS"}, {"IO", "IOT", "AS"}, {"IQ", "IRQ", "AS"}, {"IR", "IRN", "AS"},
    {"IS", "ISL", "EU"}, {"IT", "ITA", "EU"}, {"JE", "JEY", "EU"}, {"JM", "JAM", "NA"},
    {"JO", "JOR", "AS"}, {"JP", "JPN", "AS"}, {"KE", "KEN", "AF"}, {"KG", "KGZ", "AS"},
    {"KH", "KHM", "AS"}, {"KI", "KIR", "OC"}, {"KM", "COM", "AF"}, {"KN", "KNA", "NA"},
    {"KP", "PRK", "AS"}, {"KR", "KOR", "AS"}, {"KW", "KWT", "AS"}, {"KY", "CYM", "NA"},
    {"KZ", "KAZ", "AS"}, {"LA", "LAO", "AS"}, {"LB", "LBN", "AS"}, {"LC", "LCA", "NA"},
    {"LI", "LIE", "EU"}, {"LK", "LKA", "AS"}, {"LR", "LBR", "AF"}, {"LS", "LSO", "AF"},
    {"LT", "LTU", "EU"}, {"LU", "LUX", "EU"}, {"LV", "LVA", "EU"}, {"LY", "LBY", "AF"},
    {"MA", "MAR", "AF"}, {"MC", "MCO", "EU"}, {"MD", "MDA", "EU"}, {"ME", "MNE", "EU"},
    {"MF", "MAF", "NA"}, {"MG", "MDG", "AF"}, {"MH", "MHL", "OC"}, {"MK", "MKD", "EU"},
    {"ML", "MLI", "AF"}, {"MM", "MMR", "AS"}, {"MN", "MNG", "AS"}, {"MO", "MAC", "AS"},
    {"MP", "MNP", "OC"}, {"MQ", "MTQ", "NA"}, {"MR", "MRT", "AF"}, {"MS", "MSR", "NA"},
    {"MT", "MLT", "EU"}, {"MU", "MUS", "AF"}, {"MV", "MDV", "AS"}, {"MW", "MWI", "AF"},
    {"MX", "MEX", "NA"}, {"MY", "MYS", "AS"}, {"MZ", "MOZ", "AF"}, {"NA", "NAM", "AF"},
    {"NC", "NCL", "OC"}, {"NE", "NER", "AF"}, {"NF", "NFK", "OC"}, {"NG", "NGA", "AF"},
    {"NI", "NIC", "NA"}, {"NL", "NLD", "EU"}, {"NO", "NOR", "EU"}, {"NP", "NPL", "AS"},
    {"NR", "NRU", "OC"}, {"NU", "NIU", "OC"}, {"NZ", "NZL", "OC"}, {"OM", "OMN", "AS"},
    {"PA", "PAN", "NA"}, {"PE", "PER", "SA"}, {"PF", "PYF", "OC"}, {"PG", "PNG", "OC"},
    {"PH", "PHL", "AS"}, {"PK", "PAK", "AS"}, {"PL", "POL", "EU"}, {"PM", "SPM", "NA"},
    {"PN", "PCN", "OC"}, {"PR", "PRI", "NA"}, {"PS", "PSE", "AS"}, {"PT", "PRT", "EU"},
    {"PW", "PLW", "OC"}, {"PY", "PRY", "SA"}, {"QA", "QAT", "AS"}, {"RE", "REU", "AF"},
    {"RO", "ROU", "EU"}, {"RS", "SRB", "EU"}, {"RU", "RUS", "EU"}, {"RW", "RWA", "AF"},
    {"SA", "SAU", "AS"}, {"SB", "SLB", "OC"}, {"SC", "SYC", "AF"}, {"SD", "SDN", "AF"},
    {"SE", "SWE", "EU"}, {"SG", "SGP", "AS"}, {"SH", "SHN", "AF"}, {"SI", "SVN", "EU"},
    {"SJ", "SJM", "EU"}, {"SK", "SVK", "EU"}, {"SL", "SLE", "AF"}, {"SM", "SMR", "EU"},
    {"SN", "SEN", "AF"}, {"SO", "SOM", "AF"}, {"SR", "SUR", "SA"}, {"SS", "SSD", "AF"},
    {"ST", "STP", "AF"}, {"SV", "SLV", "NA"}, {"SX", "SXM", "NA"}, {"SY", "SYR", "AS"},
    {"SZ", "SWZ", "AF"}, {"TC", "TCA", "NA"}, {"TD", "TCD", "AF"}, {"TF", "ATF", "AN"},
    {"TG", "TGO", "AF"}, {"TH", "THA", "AS"}, {"TJ", "TJK", "AS"}, {"TK", "TKL", "OC"},
    {"TL", "TLS", "AS"}, {"TM", "TKM", "AS"}, {"TN", "TUN", "AF"}, {"TO", "TON", "OC"},
    {"TR", "TUR", "AS"}, {"TT", "TTO", "NA"}, {"TV", "TUV", "OC"}, {"TW", "TWN", "AS"},
    {"TZ", "TZA", "AF"}, {"UA", "UKR", "EU"}, {"UG", "UGA", "AF"}, {"UM", "UMI", "OC"},
    {"US", "USA", "NA"}, {"UY", "URY", "SA"}, {"UZ", "UZB", "AS"}, {"VA", "VAT", "EU"},
    {"VC", "VCT", "NA"}, {"VE", "VEN", "SA"}, {"VG", "VGB", "NA"}, {"VI", "VIR", "NA"},
    {"VN", "VNM", "AS"}, {"VU", "VUT", "OC"}, {"WF", "WLF", "OC"}, {"WS", "WSM", "OC"},
    {"XK", "XKX", "EU"}, {"YE", "YEM", "AS"}, {"YT", "MYT", "AF"}, {"ZA", "ZAF", "AF"},
    {"ZM", "ZMB", "AF"}, {"ZW", "ZWE", "AF"},
};

static const struct {
    const char *code, *fr, *en;
} continents[] = {
    {"AF", "Afrique", "Africa"},
    {"AN", "Antarctique", "Antarctica"},
    {"AS", "Asie", "Asia"},
    {"EU", "Europe", "Europe"},
    {"NA", "Amérique du Nord", "North America"},
    {"OC", "Océanie", "Oceania"},
    {"SA", "Amérique du Sud", "South America"},
};

static const struct {
    const char *iso, *code;
} overseas[] = {
    {"GP", "dep:971"}, {"MQ", "dep:972"}, {"GF", "dep:973"}, {"RE", "dep:974"},
    {"YT", "dep:976"}, {"PM", "dep:975"}, {"BL", "dep:977"}, {"MF", "dep:978"},
    {"TF", "dep:984"}, {"WF", "dep:986"}, {"PF", "dep:987"}, {"NC", "dep:988"},
};

const struct country *country_all(size_t *n)
{
    *n = sizeof countries / sizeof *countries;
    return countries;
}

const struct country *country_find(const char *iso)
{
    size_t length = iso ? strnlen(iso, 4) : 0;
    for (size_t i = 0; length == 2 && i < sizeof countries / sizeof *countries; i++)
        if (strcasecmp(countries[i].iso2, iso) == 0) return &countries[i];
    for (size_t i = 0; length == 3 && i < sizeof countries / sizeof *countries; i++)
        if (strcasecmp(countries[i].iso3, iso) == 0) return &countries[i];
    return NULL;
}

const char *continent_name(const char *continent, const char *lang)
{
    for (size_t i = 0; continent && i < sizeof continents / sizeof *continents; i++)
        if (strcmp(continents[i].code, continent) == 0)
            return lang && strcmp(lang, "en") == 0 ? continents[i].en : continents[i].fr;
    return NULL;
}

const char *country_french_overseas(const char *iso)
{
    for (size_t i = 0; iso && i < sizeof overseas / sizeof *overseas; i++)
        if (strcasecmp(overseas[i].iso, iso) == 0) return overseas[i].code;
    return NULL;
}
