import { crc32 } from "node:zlib";

/** EXIF's values for an image that is to be shown turned clockwise by so many quarters. */
const ORIENTATIONS = [1, 6, 3, 8];

/**
 * A PNG or JPEG image with the note that it is to be shown turned, which Tesseract's reader obeys: so no decoder is
 * needed to turn it. `undefined` for the formats that have no place for the note.
 */
export function withOrientation(image: Buffer, quarters: number): Buffer | undefined {
	if (quarters === 0) return image;
	const exif = exifWith(ORIENTATIONS[quarters] ?? 1);
	if (image.subarray(1, 4).toString("latin1") === "PNG") {
		// After the signature (8 bytes) and the header chunk (25).
		return Buffer.concat([image.subarray(0, 33), chunk("eXIf", exif), image.subarray(33)]);
	}
	if (image[0] === 0xff && image[1] === 0xd8) {
		const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exif]);
		const segment = Buffer.alloc(4);
		segment.writeUInt16BE(0xffe1, 0);
		segment.writeUInt16BE(body.length + 2, 2);
		return Buffer.concat([image.subarray(0, 2), segment, body, image.subarray(2)]);
	}
	return undefined;
}

/** The smallest EXIF: a big-endian TIFF header and one entry, Orientation (0x0112), a short. */
function exifWith(orientation: number): Buffer {
	const head = Buffer.from("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01", "latin1");
	return Buffer.concat([head, Buffer.from([0, orientation, 0, 0, 0, 0, 0, 0])]);
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const numbers = Buffer.alloc(8);
	numbers.writeUInt32BE(data.length, 0);
	numbers.writeUInt32BE(crc32(body), 4);
	return Buffer.concat([numbers.subarray(0, 4), body, numbers.subarray(4)]);
}
