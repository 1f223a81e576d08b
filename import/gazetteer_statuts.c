/* What INSEE's lists of areas do not say about French authorities: which area is which authority,
 * former régions, second codes. Sources: code général des collectivités territoriales; loi
 * n° 2015-29 (régions); INSEE, code officiel géographique, and répertoire SIRENE (SIREN). */
#include "import/gazetteer_france.h"

#include <string.h>

/* Areas whose authority is a single or particular collectivity. */
static const struct {
    const char *code, *generic;
} single_authorities[] = {
    {"dep:972", "collectivité territoriale"}, {"dep:973", "collectivité territoriale"},
    {"dep:976", "département-région"},        {"dep:975", "collectivité d'outre-mer"},
    {"dep:977", "collectivité d'outre-mer"},  {"dep:978", "collectivité d'outre-mer"},
    {"dep:984", "territoire d'outre-mer"},    {"dep:986", "collectivité d'outre-mer"},
    {"dep:987", "collectivité d'outre-mer"},  {"dep:988", "collectivité sui generis"},
};

/* Codes that stand for an authority with another code. Those that INSEE lists as areas are there
 * already and only get replaced_by; the others get a row. */
static const struct {
    const char *code, *today, *name;
} second_codes[] = {
    {"dep:75", "com:75056", NULL},
    {"reg:02", "dep:972", NULL},
    {"reg:03", "dep:973", NULL},
    {"reg:06", "dep:976", NULL},
    {"dep:20", "reg:94", "Corse"},
    {"dep:69D", "dep:69", "Rhône"},
    {"dep:69M", "epci:200046977", "Métropole de Lyon"},
    {"dep:67A", "dep:6AE", "Collectivité européenne d'Alsace"},
    {"reg:42", "reg:44", "Alsace"},
    {"reg:72", "reg:75", "Aquitaine"},
    {"reg:83", "reg:84", "Auvergne"},
    {"reg:25", "reg:28", "Basse-Normandie"},
    {"reg:26", "reg:27", "Bourgogne"},
    {"reg:21", "reg:44", "Champagne-Ardenne"},
    {"reg:43", "reg:27", "Franche-Comté"},
    {"reg:23", "reg:28", "Haute-Normandie"},
    {"reg:91", "reg:76", "Languedoc-Roussillon"},
    {"reg:74", "reg:75", "Limousin"},
    {"reg:41", "reg:44", "Lorraine"},
    {"reg:73", "reg:76", "Midi-Pyrénées"},
    {"reg:31", "reg:32", "Nord-Pas-de-Calais"},
    {"reg:22", "reg:32", "Picardie"},
    {"reg:54", "reg:75", "Poitou-Charentes"},
    {"reg:82", "reg:84", "Rhône-Alpes"},
};

static const struct {
    const char *code, *name, *lang;
    enum gazetteer_name_kind kind;
} other_names[] = {
    {"com:75056", "Ville de Paris", "fr", NAME_ALTERNATE},
    {"com:75056", "Département de Paris", "fr", NAME_OLD},
    {"dep:75", "Paris", "fr", NAME_OFFICIAL},
    {"dep:75", "Département de Paris", "fr", NAME_ALTERNATE},
    {"dep:6AE", "Alsace", "fr", NAME_SHORT},
    {"dep:6AE", "CEA", "fr", NAME_ALTERNATE},
    {"epci:200046977", "Grand Lyon", "fr", NAME_OLD},
    {"epci:200046977", "Communauté urbaine de Lyon", "fr", NAME_OLD},
    {"epci:200046977", "Lyon Métropole", "fr", NAME_ALTERNATE},
    {"epci:200054781", "MGP", "fr", NAME_ALTERNATE},
    {"epci:200054781", "Grand Paris", "fr", NAME_SHORT},
    {"reg:94", "Collectivité de Corse", "fr", NAME_OFFICIAL},
    {"reg:94", "Collectivité territoriale de Corse", "fr", NAME_OLD},
    {"reg:94", "Corsica", "en", NAME_ALTERNATE},
    {"reg:93", "PACA", "fr", NAME_ALTERNATE},
    {"reg:93", "Région Sud", "fr", NAME_ALTERNATE},
    {"reg:93", "Sud", "fr", NAME_ALTERNATE},
    {"reg:84", "AURA", "fr", NAME_ALTERNATE},
    {"reg:24", "Centre", "fr", NAME_OLD},
    {"reg:53", "Brittany", "en", NAME_ALTERNATE},
    {"reg:28", "Normandy", "en", NAME_ALTERNATE},
    {"reg:27", "Burgundy-Franche-Comté", "en", NAME_ALTERNATE},
    {"dep:972", "Collectivité territoriale de Martinique", "fr", NAME_OFFICIAL},
    {"dep:972", "CTM", "fr", NAME_ALTERNATE},
    {"dep:973", "Collectivité territoriale de Guyane", "fr", NAME_OFFICIAL},
    {"dep:973", "Guyane française", "fr", NAME_ALTERNATE},
    {"dep:973", "French Guiana", "en", NAME_ALTERNATE},
    {"dep:976", "Département de Mayotte", "fr", NAME_OFFICIAL},
    {"dep:974", "Réunion", "fr", NAME_SHORT},
    {"dep:974", "Île de La Réunion", "fr", NAME_SHORT},
    {"reg:04", "Réunion", "fr", NAME_SHORT},
    {"dep:975", "SPM", "fr", NAME_ALTERNATE},
    {"dep:978", "Saint-Martin (partie française)", "fr", NAME_ALTERNATE},
    {"dep:984", "TAAF", "fr", NAME_ALTERNATE},
    {"dep:984", "Terres australes françaises", "fr", NAME_ALTERNATE},
    {"dep:987", "French Polynesia", "en", NAME_ALTERNATE},
    {"dep:988", "New Caledonia", "en", NAME_ALTERNATE},
    {"dep:04", "Basses-Alpes", "fr", NAME_OLD},
    {"dep:64", "Basses-Pyrénées", "fr", NAME_OLD},
    {"dep:44", "Loire-Inférieure", "fr", NAME_OLD},
    {"dep:76", "Seine-Inférieure", "fr", NAME_OLD},
    {"dep:17", "Charente-Inférieure", "fr", NAME_OLD},
    {"dep:22", "Côtes-du-Nord", "fr", NAME_OLD},
};

static void add_second_code(struct gazetteer *gazetteer, const char *code, const char *today,
                            const char *name)
{
    size_t successor = gazetteer_find(gazetteer, today), index = gazetteer_find(gazetteer, code);
    if (successor == GAZETTEER_NONE) return;
    if (index != GAZETTEER_NONE) { /* an area of its own: the next step takes its names away */
        gazetteer->territories[index].replaced_by = gazetteer_text(gazetteer, today);
        return;
    }
    bool region = strncmp(code, "reg:", 4) == 0;
    struct gazetteer_territory old;
    gazetteer_territory_init(&old, SIDE_FRENCH, region ? KIND_REGION : KIND_DEPARTEMENT);
    old.code = code;
    old.name_fr = name;
    old.country_iso = "FR";
    old.replaced_by = today;
    old.parent_code = today;
    old.generic = region ? "ancienne région" : NULL;
    gazetteer_add(gazetteer, &old);
    gazetteer_add_name(gazetteer, successor, name, "fr", region ? NAME_OLD : NAME_ALTERNATE);
}

/* Names of a replaced area go to what replaces it, so that one name finds one authority. */
static void move_names(struct gazetteer *gazetteer)
{
    for (size_t i = 0; i < gazetteer->n_names; i++) {
        struct gazetteer_name *name = &gazetteer->names[i];
        size_t today =
            gazetteer_find(gazetteer, gazetteer->territories[name->territory].replaced_by);
        if (today != GAZETTEER_NONE) name->territory = (uint32_t)today;
    }
}

/* The Collectivité européenne d'Alsace: the authority of two départements that stay areas. */
static void add_alsace(struct gazetteer *gazetteer)
{
    if (gazetteer_find(gazetteer, "reg:44") == GAZETTEER_NONE) return;
    struct gazetteer_territory alsace;
    gazetteer_territory_init(&alsace, SIDE_FRENCH, KIND_COLLECTIVITE_UNIQUE);
    alsace.code = "dep:6AE";
    alsace.name_fr = "Collectivité européenne d'Alsace";
    alsace.name_en = "European Collectivity of Alsace";
    alsace.generic = "collectivité européenne";
    alsace.country_iso = "FR";
    alsace.parent_code = "reg:44";
    alsace.official = "200094332";
    alsace.population = 0;
    static const char *const parts[] = {"dep:67", "dep:68"};
    for (size_t i = 0; i < 2; i++) {
        size_t part = gazetteer_find(gazetteer, parts[i]);
        if (part != GAZETTEER_NONE) alsace.population += gazetteer->territories[part].population;
    }
    size_t index = gazetteer_add(gazetteer, &alsace);
    gazetteer_add_name(gazetteer, index, alsace.name_fr, "fr", NAME_OFFICIAL);
    gazetteer_add_name(gazetteer, index, alsace.name_en, "en", NAME_ALTERNATE);
}

void gazetteer_add_statuts(struct gazetteer *gazetteer)
{
    for (size_t i = 0; i < sizeof single_authorities / sizeof *single_authorities; i++) {
        size_t index = gazetteer_find(gazetteer, single_authorities[i].code);
        if (index == GAZETTEER_NONE) continue;
        struct gazetteer_territory *area = &gazetteer->territories[index];
        area->kind = KIND_COLLECTIVITE_UNIQUE;
        area->generic = gazetteer_text(gazetteer, single_authorities[i].generic);
    }
    size_t corse = gazetteer_find(gazetteer, "reg:94");
    if (corse != GAZETTEER_NONE)
        gazetteer->territories[corse].generic =
            gazetteer_text(gazetteer, "collectivité territoriale à statut particulier");
    size_t clipperton = gazetteer_find(gazetteer, "dep:989");
    if (clipperton != GAZETTEER_NONE) gazetteer->territories[clipperton].kind = KIND_OTHER;
    add_alsace(gazetteer);
    for (size_t i = 0; i < sizeof second_codes / sizeof *second_codes; i++)
        add_second_code(gazetteer, second_codes[i].code, second_codes[i].today,
                        second_codes[i].name);
    move_names(gazetteer);
    for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++)
        gazetteer_add_name(gazetteer, gazetteer_find(gazetteer, other_names[i].code),
                           other_names[i].name, other_names[i].lang, other_names[i].kind);
}
