/* What stands around every page: the menu, and what the operator says about the site. */
#include "server/page_build.h"

static void set_logo(struct page_build *build)
{
    const struct site *site = build->pages->site;
    const char *logo = site_text(site, SITE_LOGO);
    if (!logo) return;
    page_set_format(&build->values, build->root, "logo_url", "%s/site/%s", build->prefix, logo);
    page_set_text(&build->values, build->root, "logo_text", site_text(site, SITE_LOGO_TEXT));
    page_set_text(&build->values, build->root, "logo_link", site_text(site, SITE_LOGO_LINK));
}

void page_set_frame(struct page_build *build)
{
    static const struct {
        const char *key, *path;
    } menu[] = {
        {"gender_url", "/genre"}, {"builder_url", "/integrer"}, {"commune_url", "/ma-commune"}};
    struct page_values *values = &build->values;
    const struct site *site = build->pages->site;
    bool english = build->path.english;
    for (size_t i = 0; i < sizeof menu / sizeof *menu; i++)
        page_set_format(values, build->root, menu[i].key, "%s%s%s", build->prefix,
                        english ? "/en" : "", menu[i].path);
    set_logo(build);
    page_set_text(values, build->root, "legal",
                  site_text(site, english ? SITE_LEGAL_EN : SITE_LEGAL_FR));
    page_set_text(values, build->root, "legal_link", site_text(site, SITE_LEGAL_LINK));
    if (site_text(site, SITE_THEME))
        page_set_format(values, build->root, "theme_url", "%s/site/dsfr/dsfr.min.css",
                        build->prefix);
}
