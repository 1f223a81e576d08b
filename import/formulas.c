#include "import/formulas.h"

#include <string.h>

/* A tag's name without the prefix of its namespace: "v" of "x:v"; cut at what follows it. */
static bool is_tag(const char *tag, const char *name)
{
    size_t length = strcspn(tag, " \t\r\n/"), prefix = strcspn(tag, ":");
    const char *start = prefix < length ? tag + prefix + 1 : tag;
    return (size_t)(tag + length - start) == strlen(name) && memcmp(start, name, strlen(name)) == 0;
}

static void end_tag(struct formulas *formulas)
{
    const char *tag = formulas->tag;
    formulas->tag[formulas->length] = '\0';
    formulas->in_tag = formulas->in_value = false;
    if (*tag == '/') {
        if (!is_tag(tag + 1, "c")) return;
        /* A formula may well come to an empty text. */
        formulas->hollow += formulas->formula && !formulas->value && !formulas->text;
        formulas->formula = formulas->value = false;
    } else if (is_tag(tag, "c")) {
        formulas->formula = formulas->value = false;
        formulas->text = strstr(tag, "t=\"str\"") || strstr(tag, "t='str'");
    } else if (is_tag(tag, "f"))
        formulas->formula = true;
    else if (is_tag(tag, "v"))
        formulas->in_value = true;
}

void formulas_look(struct formulas *formulas, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (formulas->in_tag && bytes[i] == '>')
            end_tag(formulas);
        else if (bytes[i] == '<') {
            formulas->in_tag = true;
            formulas->length = 0;
        } else if (!formulas->in_tag)
            formulas->value |= formulas->in_value;
        else if (formulas->length < FORMULAS_TAG_BYTES - 1)
            formulas->tag[formulas->length++] = (char)bytes[i];
    }
}
