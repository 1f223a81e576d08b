#include "import/columns.h"

#include "geo/name.h"
#include "import/encoding.h"
#include "import/mapping.h"
#include "import/values.h"
#include "import/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const field_names[FIELD_COUNT] = {
    [FIELD_NONE] = "-",
    [FIELD_CONTACT] = "contact",
    [FIELD_ID] = "partnership_id",
    [FIELD_TITLE] = "title",
    [FIELD_DESCRIPTION] = "description",
    [FIELD_KIND] = "kind",
    [FIELD_MODES] = "modes",
    [FIELD_STATUS] = "status",
    [FIELD_STATUS_DATE] = "status_date",
    [FIELD_FRENCH_NAME] = "french_name",
    [FIELD_FRENCH_TYPE] = "french_type",
    [FIELD_FRENCH_HINT] = "french_hint",
    [FIELD_FRENCH_CODE] = "french_code",
    [FIELD_FRENCH_ROLE] = "french_role",
    [FIELD_FRENCH_LON] = "french_lon",
    [FIELD_FRENCH_LAT] = "french_lat",
    [FIELD_FOREIGN_NAME] = "foreign_name",
    [FIELD_FOREIGN_TYPE] = "foreign_type",
    [FIELD_FOREIGN_GENERIC] = "foreign_generic",
    [FIELD_FOREIGN_HINT] = "foreign_hint",
    [FIELD_FOREIGN_CODE] = "foreign_code",
    [FIELD_FOREIGN_ROLE] = "foreign_role",
    [FIELD_FOREIGN_LON] = "foreign_lon",
    [FIELD_FOREIGN_LAT] = "foreign_lat",
    [FIELD_PARTNER_STATUS] = "partner_status",
    [FIELD_COUNTRY] = "country",
    [FIELD_COUNTRY_ISO] = "country_iso",
    [FIELD_THEMES] = "themes",
    [FIELD_PERIOD] = "period",
    [FIELD_YEAR_START] = "year_start",
    [FIELD_YEAR_END] = "year_end",
    [FIELD_END_KIND] = "end_kind",
    [FIELD_SIGNED] = "signed",
    [FIELD_AMOUNT] = "amount_eur",
    [FIELD_AMOUNT_FUNDER] = "amount_funder",
    [FIELD_AMOUNT_NATURE] = "amount_nature",
    [FIELD_GENDER_MARKER] = "gender_marker",
    [FIELD_GENDER_ORIGIN] = "gender_origin",
    [FIELD_CALL] = "call",
    [FIELD_SDG] = "sdg",
    [FIELD_DAC] = "dac",
    [FIELD_PUBLICATION] = "publication",
    [FIELD_PUBLICATION_REASON] = "publication_reason",
    [FIELD_PUBLISHED_PRECISION] = "published_precision",
    [FIELD_SOURCE_DOC] = "source_doc",
    [FIELD_SOURCE_PLACE] = "source_place",
    [FIELD_SOURCE_DATE] = "source_date",
    [FIELD_NOTE] = "note",
    [FIELD_PAIRING] = "pairing",
    [FIELD_MADE] = "made",
};

const char *field_name(enum field field)
{
    return (unsigned)field < FIELD_COUNT ? field_names[field] : "?";
}

/* Folded headers as people write them; the sample's own ones are found by field_name(). One line
 * per field (and per implied meaning), headers separated by '|'. */
static const struct {
    enum field field;
    const char *implied;
    const char *headers;
} synonyms[] = {
    {FIELD_ID, NULL,
     "id|identifiant|identifiant unique|identifiant du projet|identifiant projet|numero|n|no|"
     "numero de projet|numero du projet|n projet|n de projet|n du projet|n de dossier|"
     "numero de dossier|reference|ref|reference du projet|code projet|code du projet|id projet|"
     "id cooperation|id partenariat|identifiant du partenariat|numero de fiche|n fiche|n de fiche|"
     "id fiche|project id|project number|project code|identifier"},
    {FIELD_TITLE, NULL,
     "titre|intitule|intitule du projet|intitule de l action|intitule du partenariat|"
     "intitule de la cooperation|titre du projet|titre de l action|nom du projet|nom du "
     "partenariat|"
     "projet|objet|objet du projet|libelle|libelle du projet|project title|project name|project"},
    {FIELD_DESCRIPTION, NULL,
     "resume|descriptif|description du projet|description de l action|description courte|"
     "presentation|presentation du projet|contenu|objectif|objectifs|objectifs du projet|summary|"
     "short description|long description|details"},
    {FIELD_KIND, NULL,
     "nature du partenariat|nature de la cooperation|type de partenariat|type de cooperation|"
     "type de projet|type d accord|type d action|type de lien|forme|forme de cooperation|"
     "forme de la cooperation|cadre|cadre de la cooperation|nature|type|partnership type|"
     "type of partnership|cooperation type|nature de l action"},
    {FIELD_MODES, NULL, "mode|modalite|modalites|modalites de cooperation"},
    {FIELD_STATUS, NULL,
     "statut|etat|avancement|etat d avancement|statut du projet|etat du projet|situation|"
     "statut du partenariat|state"},
    {FIELD_STATUS_DATE, NULL,
     "date du statut|date de mise a jour|mise a jour|derniere mise a jour|date de maj|maj|"
     "last update|updated"},
    {FIELD_FRENCH_NAME, NULL,
     "collectivite|collectivite francaise|collectivites francaises|collectivite territoriale|"
     "collectivite territoriale francaise|collectivites territoriales francaises|"
     "nom de la collectivite|nom de la collectivite francaise|nom collectivite|"
     "collectivite locale|collectivite locale francaise|autorite francaise|"
     "autorite locale francaise|acteur francais|partenaire francais|partenaires francais|"
     "territoire francais|french authority|french authorities|french local authority|"
     "french partner|local authority|french local government|ct|ctf|collectivite fr|agence"},
    {FIELD_FRENCH_NAME, "chef-de-file",
     "chef de file|collectivite chef de file|collectivite porteuse|porteur|porteur du projet|"
     "porteur de projet|lead authority|lead partner"},
    {FIELD_FRENCH_NAME, "commune",
     "commune|commune francaise|ville|ville francaise|french city|french town|french municipality|"
     "nom de la commune"},
    {FIELD_FRENCH_TYPE, NULL,
     "type de collectivite|type collectivite|type de la collectivite|categorie de collectivite|"
     "categorie collectivite|nature de la collectivite|nature juridique|echelon|"
     "niveau de collectivite|type de collectivite francaise|french authority type|authority type"},
    {FIELD_FRENCH_HINT, NULL,
     "departement|region|code postal|cp|code departement|departement francais|region francaise|"
     "nom du departement|nom de la region|departement de la collectivite|"
     "region de la collectivite|dep|dept|postal code|numero de departement|n departement"},
    {FIELD_FRENCH_CODE, NULL,
     "code insee|insee|code commune|code insee commune|code insee de la commune|siren|n siren|"
     "numero siren|code siren|siren de la collectivite|siren collectivite|code collectivite|"
     "code officiel geographique|cog|code francais"},
    {FIELD_FRENCH_ROLE, NULL,
     "role|role de la collectivite|role de la collectivite francaise|role francais"},
    {FIELD_FRENCH_LON, NULL,
     "longitude francaise|longitude de la collectivite|longitude collectivite|french longitude|"
     "longitude de la commune"},
    {FIELD_FRENCH_LAT, NULL,
     "latitude francaise|latitude de la collectivite|latitude collectivite|french latitude|"
     "latitude de la commune"},
    {FIELD_FOREIGN_NAME, NULL,
     "partenaire|partenaires|partenaire etranger|partenaires etrangers|collectivite partenaire|"
     "collectivites partenaires|collectivite etrangere|collectivites etrangeres|"
     "collectivite territoriale etrangere|collectivite locale partenaire|"
     "collectivite territoriale partenaire|autorite locale etrangere|autorites locales etrangeres|"
     "autorite locale partenaire|autorite etrangere|autorite partenaire|nom du partenaire|"
     "nom du partenaire etranger|nom de la collectivite etrangere|nom de la collectivite "
     "partenaire|"
     "partenaire local|partenaires locaux|territoire partenaire|territoire etranger|localite|lieu|"
     "lieu d intervention|localisation|foreign authority|foreign authorities|foreign partner|"
     "foreign local authority|partner|partners|partner name|partner authority|partenaire "
     "international|"
     "cooperation avec|jumelee avec|jumele avec|twinned with"},
    {FIELD_FOREIGN_NAME, "city",
     "ville partenaire|villes partenaires|ville etrangere|ville jumelee|ville jumelle|"
     "villes jumelees|commune partenaire|commune etrangere|foreign city|foreign town|twin town|"
     "twin city|sister city|partner city"},
    {FIELD_FOREIGN_TYPE, NULL,
     "type de partenaire|type partenaire|type du partenaire|categorie du partenaire|"
     "type de collectivite etrangere|type de collectivite partenaire|nature du partenaire|"
     "type de territoire|partner type"},
    {FIELD_FOREIGN_GENERIC, NULL, "terme local|denomination locale|appellation locale|local term"},
    {FIELD_FOREIGN_HINT, NULL,
     "region etrangere|region du partenaire|region partenaire|province|province etat|"
     "etat ou province|subdivision|admin1|region ou province|partner region|region du pays"},
    {FIELD_FOREIGN_CODE, NULL,
     "code partenaire|code du partenaire|geonames|geonames id|geonameid|id geonames|iso 3166 2|"
     "code iso 3166 2|code etranger"},
    {FIELD_FOREIGN_ROLE, NULL, "role du partenaire|role partenaire|role etranger|partner role"},
    {FIELD_FOREIGN_LON, NULL,
     "longitude|lon|lng|long|longitude du partenaire|longitude partenaire|foreign longitude|x"},
    {FIELD_FOREIGN_LAT, NULL,
     "latitude|lat|latitude du partenaire|latitude partenaire|foreign latitude|y"},
    {FIELD_PARTNER_STATUS, NULL, "statut du partenaire|statut partenaire"},
    {FIELD_COUNTRY, NULL,
     "pays|pays partenaire|pays partenaires|pays du partenaire|pays d intervention|"
     "pays beneficiaire|pays concerne|pays etranger|nom du pays|pays de cooperation|"
     "pays de destination|partner country|country name|countries|recipient name|recipient"},
    {FIELD_COUNTRY_ISO, NULL,
     "code pays|iso|iso2|iso 2|code iso|code iso pays|code iso du pays|codes iso|pays code|"
     "country code|iso alpha 2|iso country code|iso 3166|iso 3166 1|code du pays|pays iso|"
     "code pays iso"},
    {FIELD_THEMES, NULL,
     "theme|thematique|thematiques|domaine|domaines|domaine d intervention|"
     "domaines d intervention|domaine d action|domaines d action|domaine de cooperation|"
     "secteur|secteurs|secteur d intervention|secteurs d intervention|secteur d activite|"
     "thematique principale|thematiques principales|thematique secondaire|"
     "thematiques secondaires|sous thematique|sous theme|champ d intervention|"
     "axe|axes|topic|topics|sector|sectors|sector name|field|fields"},
    {FIELD_PERIOD, NULL,
     "periode|annees|duree|dates|calendrier|years|periode de realisation|periode du projet|"
     "duree du projet|dates du projet"},
    {FIELD_YEAR_START, NULL,
     "annee|annee de debut|annee debut|date de debut|date debut|debut|depuis|annee de creation|"
     "date de creation|annee de lancement|date de lancement|date de demarrage|annee de demarrage|"
     "demarrage|start|start year|start date|year|from|since|annee d engagement|"
     "date d engagement|annee du projet|debut du projet|debut du partenariat|annee du jumelage"},
    {FIELD_YEAR_END, NULL,
     "annee de fin|annee fin|date de fin|date fin|fin|fin du projet|fin du partenariat|end|"
     "end year|end date|until|jusqu a|jusqu en|echeance|date d echeance|annee d achevement"},
    {FIELD_END_KIND, NULL, "nature de la fin|type de fin"},
    {FIELD_SIGNED, NULL,
     "date de signature|annee de signature|signature|signe le|signe en|date de la convention|"
     "date convention|date de l accord|signature date|signed on|date de signature de l accord"},
    {FIELD_AMOUNT, NULL,
     "montant|montant eur|montant en euros|montant en euro|montant en eur|montant total|"
     "montant du projet|montant total du projet|budget|budget total|budget du projet|"
     "budget en euros|budget eur|cout|cout total|cout total du projet|cout du projet|amount|"
     "amount in euros|total amount|financement"},
    {FIELD_AMOUNT, "attribue",
     "montant attribue|montant accorde|subvention|montant de la subvention|subvention accordee|"
     "montant alloue|granted amount|grant|cofinancement"},
    {FIELD_AMOUNT, "verse", "montant verse|montant paye|versement|paid amount|montant decaisse"},
    {FIELD_AMOUNT, "prevu",
     "montant prevu|montant previsionnel|budget previsionnel|planned amount"},
    {FIELD_AMOUNT_FUNDER, NULL,
     "financeur|financeurs|bailleur|bailleurs|source de financement|funder|donor|cofinanceur"},
    {FIELD_AMOUNT_NATURE, NULL, "nature du montant|nature du financement|type de financement"},
    {FIELD_GENDER_MARKER, NULL,
     "marqueur genre|marqueur de genre|marqueur egalite|marqueur cad genre|marqueur genre cad|"
     "marqueur ocde genre|marqueur genre ocde|marqueur egalite femmes hommes|"
     "marqueur egalite des sexes|dac gender marker|gender"},
    {FIELD_GENDER_ORIGIN, NULL, "origine du marqueur|origine du marqueur genre"},
    {FIELD_CALL, NULL,
     "appel|appel a projets|appel a projet|appels a projets|aap|dispositif|dispositifs|"
     "call for projects|programme de financement"},
    {FIELD_SDG, NULL, "odd|odds|objectifs de developpement durable|sdgs|odd vises|odd concernes"},
    {FIELD_DAC, NULL,
     "crs|code cad|code crs|codes cad|cad|purpose code|code secteur|code secteur cad|"
     "secteur cad|categorie cad|dac code|crs code|code snpc"},
    {FIELD_PUBLICATION, NULL, "etat de publication|statut de publication|a publier|publier"},
    {FIELD_PUBLICATION_REASON, NULL, "motif de publication|raison de non publication|motif"},
    {FIELD_PUBLISHED_PRECISION, NULL, "precision publiee|precision de publication"},
    {FIELD_SOURCE_DOC, NULL, "source|sources|document|document source|source document"},
    {FIELD_SOURCE_PLACE, NULL, "page|pages|endroit dans la source"},
    {FIELD_SOURCE_DATE, NULL, "date de la source|date source"},
    {FIELD_NOTE, NULL,
     "notes|remarque|remarques|commentaire|commentaires|observation|observations|comment|"
     "comments|precisions|informations complementaires"},
    {FIELD_PAIRING, NULL, "appariement"},
    {FIELD_MADE, NULL, "fabrique|donnee fabriquee|made up"},
};

/* A header with one of these words holds people or how to reach them. */
static const char contact_words[] =
    "contact|contacts|mail|mails|email|emails|courriel|courriels|telephone|telephones|tel|portable|"
    "phone|fax|referent|referente|referents|responsable|responsables|elu|elue|elus|"
    "interlocuteur|interlocutrice|prenom|prenoms|signataire|signataires|maire|presidente|"
    "personne|manager|officer|coordonnees|adresse|address|firstname|lastname|surname";

/* True when the '|' separated list holds the word. */
static bool in_list(const char *list, const char *word, size_t length)
{
    while (*list) {
        size_t n = strcspn(list, "|");
        if (n == length && strncmp(list, word, n) == 0) return true;
        list += n;
        list += *list == '|';
    }
    return false;
}

/* The first word of a folded header that stands for people, with its length, or NULL. */
static const char *contact_word(const char *folded, size_t *length)
{
    while (*folded) {
        *length = strcspn(folded, " ");
        if (in_list(contact_words, folded, *length)) return folded;
        folded += *length;
        folded += *folded == ' ';
    }
    return NULL;
}

/* "Subvention MEAE", "Part AFD": an amount, and whose it is. */
static bool understand_amount_of(const char *folded, struct column *column)
{
    static const char amounts[] =
        "montant|subvention|cofinancement|financement|part|contribution|"
        "budget|apport";
    static const char granted[] = "subvention|cofinancement";
    size_t length = strcspn(folded, " ");
    if (!folded[length] || !in_list(amounts, folded, length)) return false;
    const char *of = folded + length + 1;
    static const char *const links[] = {"de la ", "de l ", "du ", "de "};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (strncmp(of, links[i], strlen(links[i])) == 0) {
            of += strlen(links[i]);
            break;
        }
    column->funder = funder_word(of);
    if (!column->funder) return false;
    column->field = FIELD_AMOUNT;
    column->how = COLUMN_BY_SYNONYM;
    if (in_list(granted, folded, length)) column->implied = "attribue";
    snprintf(column->matched, sizeof column->matched, "%.40s", folded);
    return true;
}

static void understand(const char *folded, struct column *column)
{
    char name[64];
    size_t length = 0;
    for (int field = FIELD_CONTACT; field < FIELD_COUNT; field++) {
        name_fold(field_names[field], name, sizeof name);
        if (strcmp(name, folded) != 0) continue;
        column->field = (enum field)field;
        column->how = COLUMN_BY_NAME;
        return;
    }
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
        if (!in_list(synonyms[i].headers, folded, strlen(folded))) continue;
        column->field = synonyms[i].field;
        column->implied = synonyms[i].implied;
        column->how = COLUMN_BY_SYNONYM;
        snprintf(column->matched, sizeof column->matched, "%s", folded);
        return;
    }
    if (understand_amount_of(folded, column)) return;
    const char *word = contact_word(folded, &length);
    if (!word) return;
    column->field = FIELD_CONTACT;
    column->how = COLUMN_BY_WORD;
    snprintf(column->matched, sizeof column->matched, "%.*s", (int)length, word);
}

bool columns_header_personal(const char *header)
{
    char folded[200];
    size_t length;
    return name_fold(header, folded, sizeof folded) < sizeof folded &&
           contact_word(folded, &length);
}

bool field_may_repeat(enum field field)
{
    return field == FIELD_NONE || field == FIELD_CONTACT || field == FIELD_THEMES ||
           field == FIELD_NOTE || field == FIELD_FRENCH_HINT || field == FIELD_FOREIGN_HINT ||
           field == FIELD_CALL || field == FIELD_SDG || field == FIELD_DAC || field == FIELD_AMOUNT;
}

size_t columns_of(const struct columns *columns, enum field field)
{
    for (size_t i = 0; i < columns->n; i++)
        if (columns->columns[i].field == field && !columns->columns[i].repeated) return i;
    return columns->n;
}

static bool has(const struct columns *columns, enum field field)
{
    return columns_of(columns, field) < columns->n || columns->constants[field].text;
}

/* A plain "Collectivité" comes before a "Commune", which then only says where. What a mapping says
 * comes before both. */
static unsigned turn_of(const struct column *column)
{
    if (column->how == COLUMN_BY_MAPPING) return 0;
    bool commune = column->field == FIELD_FRENCH_NAME && column->implied &&
                   strcmp(column->implied, "commune") == 0;
    return commune ? 2 : 1;
}

/* Settles what depends on the other columns. */
static void settle(struct columns *columns)
{
    bool seen[FIELD_COUNT] = {false};
    for (unsigned turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < columns->n; i++) {
            struct column *column = &columns->columns[i];
            if (field_may_repeat(column->field) || turn_of(column) != turn) continue;
            if (seen[column->field] && turn == 2)
                column->field = FIELD_FRENCH_HINT;
            else if (seen[column->field])
                column->repeated = true;
            seen[column->field] = true;
        }
}

/* The header's names in a line, for sentences. */
static void list_headers(const struct columns *columns, char *list, size_t size)
{
    size_t used = 0;
    *list = '\0';
    for (size_t i = 0; i < columns->n && used < size - 60; i++)
        used += (size_t)snprintf(list + used, size - used, "%s%.40s", i ? ", " : "",
                                 columns->columns[i].header);
}

enum atlas_status columns_needed(const struct columns *columns, struct atlas_error *error)
{
    const char *missing = NULL;
    if (!has(columns, FIELD_FRENCH_NAME) && !has(columns, FIELD_FRENCH_CODE))
        missing = "the French authority (french_name, \"Collectivité française\" …)";
    else if (!has(columns, FIELD_FOREIGN_NAME) && !has(columns, FIELD_FOREIGN_CODE) &&
             !has(columns, FIELD_COUNTRY) && !has(columns, FIELD_COUNTRY_ISO))
        missing =
            "the foreign partner or its country (foreign_name, country, \"Partenaire\", "
            "\"Pays\" …)";
    if (!missing) return ATLAS_OK;
    char list[300];
    list_headers(columns, list, sizeof list);
    return atlas_fail(error, ATLAS_INVALID,
                      "no column holds %s; the header has: %s; name them with --mapping "
                      "FILE, or rename them as in data/partnerships.schema.json",
                      missing, list);
}

/* ---- the mapping ---- */

static enum atlas_status not_there(const struct columns *columns, const struct mapping *mapping,
                                   const struct mapping_entry *entry, struct atlas_error *error)
{
    char near[260] = "", list[300];
    const char **names = calloc(columns->n + 1, sizeof(const char *));
    for (size_t i = 0; names && i < columns->n; i++)
        names[i] = columns->columns[i].header;
    if (names) mapping_nearest(entry->key, names, columns->n, near, sizeof near);
    free(names);
    list_headers(columns, list, sizeof list);
    return atlas_fail(error, ATLAS_INVALID,
                      "%.200s, line %llu: the file has no column '%.80s'; %s: %s", mapping->path,
                      (unsigned long long)entry->line, entry->header,
                      *near ? "near it" : "its header has", *near ? near : list);
}

static enum atlas_status apply_mapping(struct columns *columns, const struct mapping *mapping,
                                       struct atlas_error *error)
{
    for (size_t e = 0; e < mapping->n; e++) {
        const struct mapping_entry *entry = &mapping->entries[e];
        bool found = !entry->header;
        if (!entry->header)
            columns->constants[entry->field] =
                (struct dataset_cell){entry->value, strlen(entry->value)};
        for (size_t i = 0; i < columns->n && entry->header; i++) {
            struct column *column = &columns->columns[i];
            char key[200];
            if (!mapping_key(column->header, key, sizeof key) || strcmp(key, entry->key) != 0)
                continue;
            *column = (struct column){
                .header = column->header, .field = entry->field, .how = COLUMN_BY_MAPPING};
            snprintf(column->matched, sizeof column->matched, "line %llu",
                     (unsigned long long)entry->line);
            found = true;
        }
        if (!found) return not_there(columns, mapping, entry, error);
    }
    return ATLAS_OK;
}

/* A file that was saved twice in the wrong encoding has its header so, too: "ThÃ©matique". */
static void understand_header(const struct dataset_cell *cell, struct column *column)
{
    struct bytes repaired = {0};
    char folded[200];
    const char *text = cell->text;
    column->misread = encoding_repair(cell->text, cell->length, &repaired) > 0;
    bytes_append_byte(&repaired, '\0');
    if (column->misread && !bytes_status(&repaired)) text = (const char *)repaired.data;
    if (name_fold(text, folded, sizeof folded) < sizeof folded && *folded)
        understand(folded, column);
    bytes_close(&repaired);
}

enum atlas_status columns_understand(const struct dataset_row *header,
                                     const struct mapping *mapping, struct columns *columns,
                                     struct atlas_error *error)
{
    *columns = (struct columns){.columns = calloc(header->n_cells + 1, sizeof(struct column)),
                                .n = header->n_cells};
    if (!columns->columns) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < columns->n; i++) {
        struct column *column = &columns->columns[i];
        column->header = header->cells[i].text;
        understand_header(&header->cells[i], column);
    }
    enum atlas_status status = mapping ? apply_mapping(columns, mapping, error) : ATLAS_OK;
    settle(columns);
    if (status) columns_close(columns);
    return status;
}

enum atlas_status columns_find(const struct dataset_row *header, const struct mapping *mapping,
                               struct columns *columns, struct atlas_error *error)
{
    enum atlas_status status = columns_understand(header, mapping, columns, error);
    if (status) return status;
    status = columns_needed(columns, error);
    if (status) columns_close(columns);
    return status;
}

void columns_close(struct columns *columns)
{
    if (!columns) return;
    free(columns->columns);
    *columns = (struct columns){0};
}
