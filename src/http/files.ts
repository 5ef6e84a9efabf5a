import { Readable } from "node:stream";
import { createRoute, z } from "@hono/zod-openapi";
import { csvOptionsSchema } from "../csv-options.ts";
import { notFound } from "../errors.ts";
import { newId } from "../ids.ts";
import { removeFile } from "../operations/remove-file.ts";
import { type FileRow, getFile, insertFile, listFiles } from "../store/files.ts";
import { fileBody } from "../wire/file.ts";
import { listBody } from "../wire/list.ts";
import type { HttpDeps } from "./env.ts";
import { fileExpiry, filePurpose } from "./file-fields.ts";
import { readUpload } from "./multipart.ts";
import { answers, createResource, idParam, pageQuery, readPage } from "./resource.ts";
import { validated } from "./validation.ts";

const uploadFields = z.object({
	purpose: filePurpose,
	expires_after: fileExpiry.optional(),
	// A form has no booleans.
	csv: csvOptionsSchema
		.extend({
			header: z.stringbool({ truthy: ["true"], falsy: ["false"] }).optional(),
		})
		.optional(),
});

const params = z.object({ file_id: idParam("file_id") });
const listQuery = pageQuery({ default: 10_000, max: 10_000 }).extend({ purpose: z.string().optional() });

export function files({ db, blobs, queue, config }: HttpDeps) {
	const app = createResource();

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Upload a file",
			description:
				"Multipart form: `file`, `purpose`; `expires_after[anchor]`, `expires_after[seconds]` if it shall expire; `csv[delimiter]`, `csv[header]`, `csv[encoding]` where a CSV file is not to be read as detected.",
			responses: answers("The file"),
		}),
		async (c) => {
			const id = newId("file");
			try {
				const upload = await readUpload(c.req.raw, "file", (bytes) => blobs.write(id, bytes, config.MAX_FILE_BYTES));
				const fields = validated(uploadFields, upload.fields);
				const row = await insertFile(db, {
					id,
					project_id: c.get("projectId"),
					filename: upload.filename,
					purpose: fields.purpose,
					...upload.stored,
					csv: fields.csv && Object.keys(fields.csv).length > 0 ? fields.csv : null,
					expires_after_seconds: fields.expires_after?.seconds ?? null,
				});
				return c.json(fileBody(row), 200);
			} catch (error) {
				await blobs.remove(id);
				throw error;
			}
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/",
			summary: "List files",
			request: { query: listQuery },
			responses: answers("The list"),
		}),
		async (c) => {
			const query = c.req.valid("query");
			const projectId = c.get("projectId");
			const page = await readPage(
				query,
				(id) => getFile(db, projectId, id),
				(request) => listFiles(db, projectId, query.purpose ?? null, request),
			);
			return c.json(listBody(page.rows.map(fileBody), page.hasMore), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{file_id}",
			summary: "Retrieve a file",
			request: { params },
			responses: answers("The file"),
		}),
		async (c) => c.json(fileBody(await requireFile(c.get("projectId"), c.req.valid("param").file_id)), 200),
	);

	app.openapi(
		createRoute({
			method: "delete",
			path: "/{file_id}",
			summary: "Delete a file, also from its vector stores",
			request: { params },
			responses: answers("Deleted"),
		}),
		async (c) => {
			const { file_id: id } = c.req.valid("param");
			if (!(await removeFile({ db, blobs, queue }, c.get("projectId"), id))) throw noFile(id);
			return c.json({ id, object: "file", deleted: true }, 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{file_id}/content",
			summary: "Download a file",
			request: { params },
			responses: answers("The bytes"),
		}),
		async (c) => {
			const file = await requireFile(c.get("projectId"), c.req.valid("param").file_id);
			// Never shown by a browser as a page of this origin: the bytes are a stranger's.
			return c.body(Readable.toWeb(blobs.read(file.id)) as ReadableStream, 200, {
				"content-type": "application/octet-stream",
				"content-length": String(file.bytes),
				"content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.filename)}`,
				"x-content-type-options": "nosniff",
			});
		},
	);

	async function requireFile(projectId: string, id: string): Promise<FileRow> {
		const file = await getFile(db, projectId, id);
		if (!file) throw noFile(id);
		return file;
	}

	return app;
}

function noFile(id: string) {
	return notFound(`No such File object: ${id}`, "id");
}
