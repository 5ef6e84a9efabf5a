import { createRoute, z } from "@hono/zod-openapi";
import { ExcerptError } from "../errors.ts";
import { newId } from "../ids.ts";
import { addPart, writePart } from "../operations/add-part.ts";
import { cancelUploadOf } from "../operations/cancel-upload.ts";
import { completeUploadOf } from "../operations/complete-upload.ts";
import { requirePending } from "../operations/require-pending.ts";
import { getUpload, insertUpload } from "../store/uploads.ts";
import { uploadBody, uploadPartBody } from "../wire/upload.ts";
import type { HttpDeps } from "./env.ts";
import { fileExpiry, filePurpose } from "./file-fields.ts";
import { readUpload } from "./multipart.ts";
import { answers, body, createResource, idParam } from "./resource.ts";

const createBody = z.object({
	// As a form's file names are: without folders.
	filename: z
		.string()
		.min(1)
		.transform((name) => name.split(/[\\/]/).at(-1) || "file"),
	purpose: filePurpose,
	bytes: z.int().min(1),
	/** Required as OpenAI has it; what a file is, its bytes say. */
	mime_type: z.string(),
	expires_after: fileExpiry.nullish(),
});
const completeBody = z.object({ part_ids: z.array(z.string()).min(1), md5: z.string().nullish() });
const params = z.object({ upload_id: idParam("upload_id") });

export function uploads({ db, blobs, config }: HttpDeps) {
	const app = createResource();

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Begin an upload in parts",
			request: { body: body(createBody) },
			responses: answers("The upload"),
		}),
		async (c) => {
			const { filename, purpose, bytes, expires_after } = c.req.valid("json");
			if (bytes > config.MAX_FILE_BYTES) {
				throw new ExcerptError(
					"file_too_large",
					`The file is larger than ${config.MAX_FILE_BYTES} bytes, the most this server takes. Split it, or raise MAX_FILE_BYTES.`,
					{ param: "bytes" },
				);
			}
			const row = await insertUpload(db, {
				id: newId("upload"),
				project_id: c.get("projectId"),
				filename,
				purpose,
				bytes,
				file_expires_after_seconds: expires_after?.seconds ?? null,
			});
			return c.json(uploadBody(row), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{upload_id}/parts",
			summary: "Add a part to an upload",
			description: "Multipart form: `data`, of at most 64 MB. Parts may be sent at the same time.",
			request: { params },
			responses: answers("The part"),
		}),
		async (c) => {
			const { upload_id: uploadId } = c.req.valid("param");
			const upload = await getUpload(db, c.get("projectId"), uploadId);
			requirePending(upload, uploadId);
			const id = newId("part");
			try {
				const { stored } = await readUpload(c.req.raw, "data", (bytes) => writePart(blobs, upload, id, bytes));
				return c.json(uploadPartBody(await addPart(db, c.get("projectId"), uploadId, { id, bytes: stored })), 200);
			} catch (error) {
				await blobs.remove(id);
				throw error;
			}
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{upload_id}/complete",
			summary: "Make a file of an upload's parts",
			request: { params, body: body(completeBody) },
			responses: answers("The upload, with its file"),
		}),
		async (c) => {
			const { upload_id: id } = c.req.valid("param");
			const { upload, file } = await completeUploadOf({ db, blobs }, c.get("projectId"), id, c.req.valid("json"));
			return c.json(uploadBody(upload, file), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{upload_id}/cancel",
			summary: "Cancel an upload",
			request: { params },
			responses: answers("The upload"),
		}),
		async (c) => {
			const { upload_id: id } = c.req.valid("param");
			return c.json(uploadBody(await cancelUploadOf({ db, blobs }, c.get("projectId"), id)), 200);
		},
	);

	return app;
}
