import type { Box, PageContent } from "./pdf-page.ts";

/** Two inches by one: smaller images are logos, icons and signatures, and there can be hundreds. */
const LEAST_WIDTH = 144;
const LEAST_HEIGHT = 72;
const MOST_PICTURES = 8;
/** Text over an image says that the image is a background, or a scan whose text is known. */
const MOST_WORDS_OVER = 10;
/** A page without text and with so many lines and curves may hold its letters as drawings. */
const MANY_RULES = 40;

/** The parts of a page whose text can only be read by looking: all of one without a text layer, else its images. */
export function picturesOf(page: PageContent): Box[] {
	const whole = { left: 0, top: 0, right: page.shown.width, bottom: page.shown.height };
	if (page.words.length === 0) return page.images.length > 0 || page.rules.length >= MANY_RULES ? [whole] : [];
	if (page.turns !== 0) return [];
	return merged(page.images.map((image) => within(image, whole)))
		.filter(({ left, top, right, bottom }) => right - left >= LEAST_WIDTH && bottom - top >= LEAST_HEIGHT)
		.filter((box) => page.words.filter(({ x, y }) => inside(box, x, y)).length <= MOST_WORDS_OVER)
		.slice(0, MOST_PICTURES);
}

/** Programs cut images into strips: those that touch and are as wide, or as high, are one. */
function merged(images: Box[]): Box[] {
	const boxes: Box[] = [];
	for (const image of images.toSorted((a, b) => a.top - b.top || a.left - b.left)) {
		const strip = boxes.find(
			(box) =>
				(Math.abs(box.left - image.left) < 2 && Math.abs(box.right - image.right) < 2 && image.top - box.bottom < 2) ||
				(Math.abs(box.top - image.top) < 2 && Math.abs(box.bottom - image.bottom) < 2 && image.left - box.right < 2),
		);
		if (strip) {
			strip.right = Math.max(strip.right, image.right);
			strip.bottom = Math.max(strip.bottom, image.bottom);
		} else {
			boxes.push({ ...image });
		}
	}
	return boxes;
}

function within(box: Box, bounds: Box): Box {
	return {
		left: Math.max(box.left, bounds.left),
		top: Math.max(box.top, bounds.top),
		right: Math.min(box.right, bounds.right),
		bottom: Math.min(box.bottom, bounds.bottom),
	};
}

function inside({ left, top, right, bottom }: Box, x: number, y: number): boolean {
	return x >= left && x <= right && y >= top && y <= bottom;
}
