/* The tables of a new working copy, and what is made once their rows are in. */
#include "geo/schema.h"
#include "geo/store_internal.h"

#include <stdio.h>

enum atlas_status store_create(struct store *store, struct atlas_error *error)
{
    char pragmas[120];
    snprintf(pragmas, sizeof pragmas, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             ATLAS_APPLICATION_ID, ATLAS_USER_VERSION);
    const char *const steps[] = {pragmas, "SELECT InitSpatialMetaData(1, 'WGS84')", "BEGIN",
                                 atlas_schema_sql, atlas_keeping_sql};
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && !status; i++)
        status = store_run(store, steps[i], error);
    return status ? status : store_spatial_create(store, error);
}

enum atlas_status store_index(struct store *store, struct atlas_error *error)
{
    enum atlas_status status = store_spatial_index(store, error);
    if (store->indexed || status) return status;
    store->indexed = true;
    return store_run(store, atlas_indexes_sql, error);
}
