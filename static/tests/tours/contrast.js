const LARGE = 24; // pixels: what is so large, or bold from 18.66 on, may be fainter
const LARGE_BOLD = 18.66;
const [AA, AA_LARGE] = [4.5, 3];
// What the module styles itself; forms, lists and cards around it are core's.
const OURS = [
    "aged_balance",
    "ageing",
    "ageing_gauge",
    "banner",
    "counts",
    "dashboard",
    "difference",
    "fold",
    "gauge",
    "matrix",
    "numbers",
    "preview_frame",
    "receipts",
    "score",
    "summary",
    "timeline",
    "tips",
    "to_correct",
    "who",
]
    .map((name) => `.o_recovery_${name}`)
    .join(", ");
const CORES = ":disabled, [aria-disabled='true'], .disabled, svg, iframe, sup";

const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const read = new Map();

/** Red, green, blue (0 to 255) and cover (0 to 1) of any colour that CSS knows. */
function readColor(text) {
    if (!read.has(text)) {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = text;
        canvas.fillRect(0, 0, 1, 1);
        const [red, green, blue, cover] = canvas.getImageData(0, 0, 1, 1).data;
        read.set(text, [red, green, blue, cover / 255]);
    }
    return read.get(text);
}

function lay([red, green, blue, cover], below) {
    return [red, green, blue].map((part, index) => part * cover + below[index] * (1 - cover));
}

function getLuminance(color) {
    const [red, green, blue] = color.map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two opaque colours, from 1 to 21, as WCAG 2 defines it. */
export function getContrast(one, other) {
    const [dark, light] = [getLuminance(one), getLuminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
}

/** What lies behind the text of an element, and how faded all of it is; null where a picture lies there. */
function getGround(element, known) {
    if (!element) {
        return { opacity: 1, color: [255, 255, 255] };
    }
    if (!known.has(element)) {
        const style = getComputedStyle(element);
        const below = style.backgroundImage === "none" ? getGround(element.parentElement, known) : null;
        known.set(
            element,
            below && {
                // a tab that just opens is still fading in
                opacity: below.opacity * (element.classList.contains("fade") ? 1 : Number(style.opacity)),
                color: lay(readColor(style.backgroundColor), below.color),
            }
        );
    }
    return known.get(element);
}

/** Tell which texts of ours are too faint on their ground: each with its colours and its contrast. */
export function findFaint(root = document.body) {
    const faint = new Set();
    const grounds = new Map();
    for (const element of root.querySelectorAll(OURS)) {
        const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const text = texts.currentNode.textContent.trim();
            const parent = texts.currentNode.parentElement;
            if (!text || !parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) {
                continue;
            }
            if (parent.closest(CORES)) {
                continue;
            }
            const ground = getGround(parent, grounds);
            if (!ground) {
                continue;
            }
            const style = getComputedStyle(parent);
            const [red, green, blue, cover] = readColor(style.color);
            const color = lay([red, green, blue, cover * ground.opacity], ground.color);
            const size = parseFloat(style.fontSize);
            const isLarge = size >= LARGE || (size >= LARGE_BOLD && Number(style.fontWeight) >= 700);
            const contrast = getContrast(color, ground.color);
            if (contrast < (isLarge ? AA_LARGE : AA)) {
                const [front, back] = [color, ground.color].map((one) => `rgb(${one.map(Math.round).join(" ")})`);
                faint.add(`“${text.slice(0, 40)}” ${front} on ${back}: ${contrast.toFixed(2)} (${parent.className})`);
            }
        }
    }
    return [...faint];
}
