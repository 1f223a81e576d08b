#include "import/vocabulary.h"

#include "import/gazetteer_csv.h"

enum atlas_status vocabulary_themes(const char *path, struct theme_tree **themes,
                                    struct atlas_error *error)
{
    static const char *const needed[] = {"code", "parent", "label_fr", "label_en"};
    struct csv_file file;
    enum atlas_status status = csv_file_open(path, needed, 4, &file, error);
    if (status) return status;
    struct theme_tree *tree = theme_tree_new();
    if (!tree) status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    for (size_t row = 0; row < file.n_rows && !status; row++) {
        struct theme theme = {
            csv_file_text(&file, row, "code"),     csv_file_text(&file, row, "parent"),
            csv_file_text(&file, row, "also"),     csv_file_text(&file, row, "label_fr"),
            csv_file_text(&file, row, "label_en"), csv_file_text(&file, row, "sdg"),
            csv_file_text(&file, row, "crs"),      csv_file_text(&file, row, "guide")};
        status = theme_tree_add(tree, &theme, error);
    }
    if (!status) status = theme_tree_check(tree, error);
    csv_file_close(&file);
    if (!status) {
        *themes = tree;
        return ATLAS_OK;
    }
    theme_tree_free(tree);
    struct atlas_error inner = error ? *error : (struct atlas_error){0};
    return atlas_fail(error, status, "%.200s: %.700s", path, inner.message);
}
