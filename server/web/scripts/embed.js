// <passerelle-map theme="eau" year="2015..2020" lang="fr"></passerelle-map>: the atlas in a frame.
//
// A plain script for other people's pages: no module, no style element, nothing stored, nothing
// loaded but the frame. The attributes are those of the atlas's address; a change of one changes the
// frame.
(() => {
    'use strict';
    const NAME = 'passerelle-map';
    if (customElements.get(NAME)) return;
    const script = document.currentScript ?? document.querySelector('script[src*="/embed.js"]');
    const home = new URL('.', script.src);
    const PARAMETERS = ['theme', 'kind', 'mode', 'status', 'call', 'gender', 'french', 'authority', 'role',
        'country', 'partner', 'partner_is', 'year', 'time', 'undated', 'view', 'side', 'areas', 'value', 'nature',
        'scale', 'at', 'open'];
    const VALUE = /^[\p{L}\p{N} :;,._/-]{1,500}$/u; // anything else is no value of the atlas
    const TITLES = { fr: 'Carte de la coopération décentralisée', en: 'Map of decentralised cooperation' };
    const HEIGHT = 520;

    const sheet = new CSSStyleSheet(); // made here, for a strict page takes no style element
    sheet.replaceSync(`:host { display: block; height: ${HEIGHT}px; }
        iframe { display: block; width: 100%; height: 100%; border: 0; }`);

    class PasserelleMap extends HTMLElement {
        static observedAttributes = [...PARAMETERS, 'lang', 'height', 'title'];
        #root = this.attachShadow({ mode: 'open' });
        #address = null;
        #waiting = false;

        connectedCallback() {
            this.#root.adoptedStyleSheets = [sheet];
            this.#update();
        }

        // Several attributes set in a row are one change.
        attributeChangedCallback() {
            if (!this.isConnected || this.#waiting) return;
            this.#waiting = true;
            queueMicrotask(() => {
                this.#waiting = false;
                this.#update();
            });
        }

        get #language() {
            const asked = this.getAttribute('lang') ?? document.documentElement.lang;
            return asked.toLowerCase().startsWith('en') ? 'en' : 'fr';
        }

        get #target() {
            const url = new URL(this.#language === 'en' ? 'en/embed' : 'embed', home);
            for (const name of PARAMETERS) {
                const value = this.getAttribute(name)?.trim();
                if (!value) continue;
                if (VALUE.test(value)) url.searchParams.set(name, value);
                else console.warn(`${NAME}: the value of ${name} is none of the atlas and is left out`);
            }
            return url.href;
        }

        #update() {
            const height = Number(this.getAttribute('height'));
            this.style.height = height >= 100 && height <= 4000 ? `${height}px` : '';
            const address = this.#target;
            const title = this.getAttribute('title') || TITLES[this.#language];
            if (address !== this.#address) {
                // A new frame: another address in the old one would be a step of the page's history.
                const frame = document.createElement('iframe');
                frame.loading = 'lazy';
                frame.referrerPolicy = 'no-referrer';
                frame.allow = 'fullscreen';
                frame.src = address;
                this.#root.replaceChildren(frame);
                this.#address = address;
            }
            this.#root.firstElementChild.title = title;
        }
    }
    customElements.define(NAME, PasserelleMap);
})();
