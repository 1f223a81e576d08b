#include "import/gazetteer_cldr.h"

#include "import/gazetteer_file.h"

#include <cpl_error.h>
#include <cpl_minixml.h>
#include <stdlib.h>
#include <string.h>

static void visit(const CPLXMLNode *node, const char *element, cldr_reader reader, void *context)
{
    for (; node; node = node->psNext) {
        if (node->eType != CXT_Element) continue;
        if (strcmp(node->pszValue, element) == 0) {
            const char *type = CPLGetXMLValue(node, "type", NULL);
            if (type)
                reader(context, type, CPLGetXMLValue(node, "alt", NULL),
                       CPLGetXMLValue(node, "population", NULL), CPLGetXMLValue(node, "", NULL));
        }
        visit(node->psChild, element, reader, context);
    }
}

enum atlas_status cldr_each(const char *folder, const char *name, const char *element,
                            cldr_reader reader, void *context, struct atlas_error *error)
{
    char *path = gazetteer_file_path(folder, name), *text = NULL;
    size_t size;
    if (!path) return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory");
    enum atlas_status status = gazetteer_file_read(path, &text, &size, error);
    if (status == ATLAS_OK) {
        CPLPushErrorHandler(CPLQuietErrorHandler);
        CPLXMLNode *tree = CPLParseXMLString(text);
        CPLPopErrorHandler();
        if (tree)
            visit(tree, element, reader, context);
        else
            status = atlas_fail(error, ATLAS_INVALID, "%s is not sound XML", path);
        CPLDestroyXMLNode(tree);
    }
    free(text);
    free(path);
    return status;
}
