import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { Busboy, type BusboyHeaders } from "@fastify/busboy";
import { ExcerptError } from "../errors.ts";

export type Upload<Stored> = {
	filename: string;
	stored: Stored;
	/** Other fields; `expires_after[seconds]` is nested as `{expires_after: {seconds}}`. */
	fields: Record<string, unknown>;
};

/**
 * Reads a multipart form with one file part of that name, which is handed to `store` while it arrives and never held in
 * memory. Parts may come in any order. Throws 400 for a form that is not one, is cut off, or has no file, and what `store`
 * threw; in each case what was stored is for the caller to remove.
 */
export async function readUpload<Stored>(
	request: Request,
	part: "file" | "data",
	store: (bytes: Readable) => Promise<Stored>,
): Promise<Upload<Stored>> {
	const type = request.headers.get("content-type") ?? "";
	if (!/^multipart\/form-data\s*;.*boundary="?[^\s";]/i.test(type) || !request.body) {
		throw new ExcerptError(
			"invalid_value",
			part === "file"
				? "Send the file as multipart/form-data, with the parts 'file' and 'purpose'."
				: "Send the bytes as multipart/form-data, as the part 'data'.",
		);
	}
	const form = new Busboy({
		headers: { "content-type": type } as BusboyHeaders,
		limits: { files: 1, fields: 20, fieldSize: 4096, fieldNameSize: 100 },
		isPartAFile: (name, _type, filename) => filename !== undefined || name === part,
	});
	const fields: Record<string, unknown> = {};
	let file: { filename: string; bytes: Readable; stored: Promise<Stored> } | undefined;
	form.on("field", (name, value) => setNested(fields, name, value));
	form.on("file", (name, bytes, filename) => {
		if (name !== part || file) return void bytes.resume();
		// Where the form breaks off, its part says so too, perhaps before the store has begun to read it.
		bytes.on("error", (error) => bytes.destroy(error));
		const stored = store(bytes);
		// What fails while storing fails the form: the rest of the body need not arrive.
		stored.catch((error) => form.destroy(error));
		// Forms write a quotation mark so (WHATWG, "multipart form data"), and nothing else that a name may hold.
		file = { filename: filename?.replaceAll("%22", '"') || "file", bytes, stored };
	});
	try {
		await pipeline(Readable.fromWeb(request.body as ReadableStream), form);
	} catch (error) {
		file?.bytes.destroy(new Error("the form ended before the file did"));
		const failure = await file?.stored.then(
			() => undefined,
			(reason) => reason,
		);
		// The store broke the form, not the form the store.
		if (failure === error) throw error;
		throw new ExcerptError("invalid_value", "The multipart form is broken or was cut off. Send it again.", {
			cause: error,
		});
	}
	if (!file)
		throw new ExcerptError("missing_required_parameter", `Missing required parameter: '${part}'.`, { param: part });
	return { filename: file.filename, stored: await file.stored, fields };
}

function setNested(fields: Record<string, unknown>, name: string, value: string): void {
	const [, outer, inner] = /^([^[\]]+)(?:\[([^[\]]+)\])?$/.exec(name) ?? [];
	if (outer === undefined || outer === "__proto__" || inner === "__proto__") return;
	if (inner === undefined) fields[outer] = value;
	else fields[outer] = { ...(fields[outer] as object | undefined), [inner]: value };
}
