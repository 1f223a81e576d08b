#include "server/style_layers.h"

#include "tiles/glyphs.h"

#include <stdio.h>

/* Colours of a map, light or dark. */
struct palette {
    const char *water, *land, *border, *name, *halo;
    const char *french, *foreign, *link;
    const char *flows[5]; /* the lightest flows first */
};

static const struct palette palettes[2] = {
    {.water = "#dfe8ea",
     .land = "#fbf9f3",
     .border = "#cfc9ba",
     .name = "#63675f",
     .halo = "#fbf9f3",
     .french = "#0b6580",
     .foreign = "#b04015",
     .link = "#7a2f5d",
     .flows = {"#e08648", "#d2703f", "#c45a3c", "#983447", "#5f1f4a"}},
    {.water = "#0c1418",
     .land = "#1b272d",
     .border = "#38484f",
     .name = "#93a3a8",
     .halo = "#141e23",
     .french = "#7fd3e0",
     .foreign = "#ffa477",
     .link = "#f0a6d2",
     .flows = {"#a23b5c", "#b94b54", "#d05a4c", "#ec8f4f", "#fbd07a"}},
};

/* Flows of `from` links and more, up to the next class. */
static const struct {
    unsigned from;
    double width_px, opacity;
} flow_classes[] = {
    {1, 0.9, 0.55}, {4, 1.5, 0.65}, {15, 2.6, 0.75}, {60, 4.2, 0.8}, {250, 6.5, 0.85}};

static const struct {
    unsigned from;
    double radius_px;
} place_classes[] = {{1, 2.4}, {10, 3.8}, {100, 6}};

enum {
    N_FLOW_CLASSES = sizeof flow_classes / sizeof *flow_classes,
    N_PLACE_CLASSES = sizeof place_classes / sizeof *place_classes,
    PARTIES_FROM_ZOOM = 7 /* below, places stand for whole countries and units: tiles/tileset.h */
};

/* JSON is written with ' for ", which no text here contains, and put right at the end. */
static void use_double_quotes(struct bytes *out, size_t from)
{
    for (size_t i = from; !out->failed && i < out->length; i++)
        if (out->data[i] == '\'') out->data[i] = '"';
}

static void write_base(const struct palette *colours, struct bytes *out)
{
    bytes_append_format(out,
                        "{'id':'background','type':'background','paint':{'background-color':'%s'}},"
                        "{'id':'land','type':'fill','source':'base','source-layer':'land',"
                        "'paint':{'fill-color':'%s'}}",
                        colours->water, colours->land);
}

static void write_borders(const struct palette *colours, struct bytes *out)
{
    static const char line[] =
        ",{'id':'%s','type':'line','source':'base','source-layer':'borders',"
        "'filter':%s,'paint':{'line-color':'%s','line-width':%s}}";
    bytes_append_format(
        out, line, "admin-borders",
        "['any',['==',['get','kind'],'region'],['==',['get','kind'],'departement']]",
        colours->border, "0.6");
    bytes_append_format(out, line, "borders", "['==',['get','kind'],'border']", colours->border,
                        "['interpolate',['linear'],['zoom'],1,0.7,6,1.5]");
    bytes_append_format(out, line, "disputed-borders", "['==',['get','kind'],'disputed']",
                        colours->border, "1,'line-dasharray':[2,2]");
}

/* "4 – 14 liens": what a class of n holds; to: where the next begins, 0 for the last. */
static void name_class(unsigned from, unsigned to, bool english, char *title, size_t size)
{
    const char *links = english ? "links" : "liens";
    if (to == from + 1)
        snprintf(title, size, "%u %s", from, from > 1 ? links : english ? "link" : "lien");
    else if (to)
        snprintf(title, size, "%u – %u %s", from, to - 1, links);
    else
        snprintf(title, size, english ? "%u %s and more" : "%u %s et plus", from, links);
}

/* "'filter': …" of those with n in a class. */
static void write_class_filter(unsigned from, unsigned to, struct bytes *out)
{
    bytes_append_format(out, "'filter':['all',['>=',['get','n'],%u]", from);
    if (to) bytes_append_format(out, ",['<',['get','n'],%u]", to);
    bytes_append_text(out, "],");
}

/* Hexagons are there to be switched on. A number means another class at every size of theirs, so
 * each size has layers of its own. Larger sizes come first: a client whose `maxzoom` takes in that
 * zoom itself (QGIS) then has the right colours on top. */
static void write_density(const struct style_look *look, const struct palette *colours,
                          struct bytes *out)
{
    for (unsigned size = 0; size < HEXAGON_SIZES; size++) {
        const struct scale *scale = &look->hexagons[size];
        for (size_t i = 0; i < scale->n_classes; i++) {
            bool first = i == 0, last = i + 1 == scale->n_classes;
            unsigned from = first ? 1 : (unsigned)scale->classes[i].from;
            unsigned to = last ? 0 : (unsigned)scale->classes[i + 1].from;
            struct colour colour = scale_colour(i, scale->n_classes, look->dark);
            char title[64];
            name_class(from, to, look->english, title, sizeof title);
            bytes_append_format(out,
                                ",{'id':'density-%u-%u','type':'fill','source':'density',"
                                "'source-layer':'density','metadata':{'title':'%s%s'},",
                                size, from,
                                look->english ? "Per hexagon: " : "Par hexagone : ", title);
            write_class_filter(from, to, out);
            bytes_append_format(out, "'minzoom':%u,", size);
            if (size + 1 < HEXAGON_SIZES) bytes_append_format(out, "'maxzoom':%u,", size + 1);
            bytes_append_format(out,
                                "'layout':{'visibility':'none'},"
                                "'paint':{'fill-color':'#%02x%02x%02x','fill-outline-color':'%s'}}",
                                colour.red, colour.green, colour.blue, colours->land);
        }
    }
}

/* A layer of those of a source with n in a class, begun up to its filter. */
static void begin_class(const char *source, const char *type, unsigned from, unsigned to,
                        bool english, struct bytes *out)
{
    char title[64];
    name_class(from, to, english, title, sizeof title);
    bytes_append_format(out,
                        ",{'id':'%s-%u','type':'%s','source':'%s','source-layer':'%s',"
                        "'metadata':{'title':'%s'},",
                        source, from, type, source, source, title);
    write_class_filter(from, to, out);
}

/* Partners are equals: no arrowheads, no direction. The heaviest lie above. */
static void write_flows(const struct style_look *look, const struct palette *colours,
                        struct bytes *out)
{
    for (size_t i = 0; i < N_FLOW_CLASSES; i++) {
        unsigned to = i + 1 < N_FLOW_CLASSES ? flow_classes[i + 1].from : 0;
        double width_px = flow_classes[i].width_px;
        begin_class("flows", "line", flow_classes[i].from, to, look->english, out);
        if (look->links_from_zoom != 0 && look->links_from_zoom != STYLE_LINKS_NEVER)
            bytes_append_format(out, "'maxzoom':%u,", look->links_from_zoom);
        bytes_append_format(out,
                            "'layout':{'line-cap':'round','line-join':'round','visibility':'%s'},"
                            "'paint':{'line-color':'%s',"
                            "'line-opacity':['interpolate',['linear'],['zoom'],5,%g,7,%g],"
                            "'line-width':['interpolate',['linear'],['zoom'],0,%g,4,%g,9,%g]}}",
                            look->links_from_zoom == 0 ? "none" : "visible", colours->flows[i],
                            flow_classes[i].opacity, flow_classes[i].opacity + 0.15, 0.6 * width_px,
                            width_px, width_px + 0.8);
    }
}

static void write_links(const struct style_look *look, const struct palette *colours,
                        struct bytes *out)
{
    bool few = look->links_from_zoom == 0, shown = look->links_from_zoom != STYLE_LINKS_NEVER;
    bytes_append_format(out,
                        ",{'id':'links','type':'line','source':'links','source-layer':'links',"
                        "'metadata':{'title':'%s'},'minzoom':%u,"
                        "'layout':{'line-cap':'round','line-join':'round','visibility':'%s'},"
                        "'paint':{'line-color':'%s',"
                        "'line-opacity':['interpolate',['linear'],['zoom'],1,%g,4,%g],"
                        "'line-width':['interpolate',['linear'],['zoom'],0,0.7,4,1.1,10,%g]}}",
                        look->english ? "Links one by one" : "Liens un par un",
                        shown ? look->links_from_zoom : 0, shown ? "visible" : "none",
                        colours->link,
                        /* Of many, hundreds cross a view. */
                        0.35, few ? 0.45 : 0.35, few ? 1.6 : 1);
}

/* French places and others in two colours; those known by their country only have a hole. */
static void write_places(const struct style_look *look, const struct palette *colours,
                         struct bytes *out)
{
    for (size_t i = 0; i < N_PLACE_CLASSES; i++) {
        unsigned to = i + 1 < N_PLACE_CLASSES ? place_classes[i + 1].from : 0;
        double radius_px = place_classes[i].radius_px;
        begin_class("places", "circle", place_classes[i].from, to, look->english, out);
        bytes_append_format(out,
                            "'paint':{'circle-color':['match',['get','side'],['french'],'%s','%s'],"
                            "'circle-stroke-color':'%s','circle-stroke-width':0.8,"
                            "'circle-radius':['interpolate',['linear'],['zoom'],0,%g,5,%g,10,%g]}}",
                            colours->french, colours->foreign, colours->halo, 0.7 * radius_px,
                            radius_px, 1.8 * radius_px);
    }
    bytes_append_format(
        out,
        ",{'id':'places-country','type':'circle','source':'places','source-layer':'places',"
        "'metadata':{'title':'%s'},'minzoom':%u,'filter':['==',['get','precision'],'country'],"
        "'paint':{'circle-color':'%s','circle-radius':['interpolate',['linear'],['zoom'],0,%g,"
        "10,%g]}}",
        look->english ? "Only the country is known" : "Seul le pays est connu",
        look->links_from_zoom == 0 ? 0 : PARTIES_FROM_ZOOM, colours->halo, 1.0, 2.6);
}

static void write_names(const struct palette *colours, struct bytes *out)
{
    bytes_append_format(
        out,
        ",{'id':'labels','type':'symbol','source':'base','source-layer':'labels','minzoom':2,"
        "'layout':{'text-field':'{name}','text-font':['" GLYPHS_FONT
        "'],"
        "'text-size':['interpolate',['linear'],['zoom'],2,10.5,6,15],'text-max-width':7,"
        "'text-padding':6},"
        "'paint':{'text-color':'%s','text-halo-color':'%s','text-halo-width':1.4}}",
        colours->name, colours->halo);
    bytes_append_format(
        out,
        ",{'id':'places-labels','type':'symbol','source':'places','source-layer':'places',"
        "'minzoom':5,"
        "'layout':{'text-field':'{name}','text-font':['" GLYPHS_FONT
        "'],'text-size':12,"
        "'text-anchor':'top','text-offset':[0,0.6],"
        "'text-variable-anchor':['top','bottom','left','right'],'text-radial-offset':0.6,"
        "'text-max-width':9,'symbol-sort-key':['-',0,['get','n']]},"
        "'paint':{'text-color':['match',['get','side'],['french'],'%s','%s'],"
        "'text-halo-color':'%s','text-halo-width':1.4}}",
        colours->french, colours->foreign, colours->halo);
}

void style_layers_write(const struct style_look *look, struct bytes *out)
{
    const struct palette *colours = &palettes[look->dark];
    size_t from = out->length;
    write_base(colours, out);
    write_density(look, colours, out);
    write_borders(colours, out);
    write_flows(look, colours, out);
    write_links(look, colours, out);
    write_places(look, colours, out);
    write_names(colours, out);
    use_double_quotes(out, from);
}
