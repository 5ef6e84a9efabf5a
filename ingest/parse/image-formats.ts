import type { Format } from "./parser.ts";

const load = async () => (await import("./image.ts")).parseImage;

/** Pictures and scans, for which there is only OCR. */
export const imageFormats: readonly Format[] = [
	{ name: "PNG", extensions: ["png"], magic: "\x89PNG", load },
	{ name: "JPEG", extensions: ["jpg", "jpeg"], magic: "\xff\xd8\xff", load },
	{ name: "TIFF", extensions: ["tif", "tiff"], magic: "II*\0", load },
	{ name: "WebP", extensions: ["webp"], load },
];
