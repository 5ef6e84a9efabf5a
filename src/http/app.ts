import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { newId } from "../ids.ts";
import { authenticate } from "./authenticate.ts";
import { chunkPreview } from "./chunk-preview.ts";
import { comparisons } from "./comparisons.ts";
import { conversationItems } from "./conversation-items.ts";
import { conversations } from "./conversations.ts";
import type { Env, HttpDeps } from "./env.ts";
import { createErrorHandler, methodNotAllowedHandler, notFoundHandler } from "./errors.ts";
import { fileBatches } from "./file-batches.ts";
import { files } from "./files.ts";
import { indexes } from "./indexes.ts";
import { inputTokens } from "./input-tokens.ts";
import { models } from "./models.ts";
import { promptVersions } from "./prompt-versions.ts";
import { prompts } from "./prompts.ts";
import { receipt } from "./receipt.ts";
import { responses } from "./responses.ts";
import { search } from "./search.ts";
import { uploads } from "./uploads.ts";
import { vectorStoreFiles } from "./vector-store-files.ts";
import { vectorStores } from "./vector-stores.ts";

/** Bodies that are not files; 500 questions with all their settings are far smaller. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/** Everything that is served. */
export function createHttpApp(deps: HttpDeps): OpenAPIHono<Env> {
	const app = new OpenAPIHono<Env>();
	app.use(requestId({ headerName: "x-request-id", generator: () => newId("request") }));
	app.use(methodNotAllowed({ app, onMethodNotAllowed: methodNotAllowedHandler }));
	app.onError(createErrorHandler(deps.log));
	app.notFound(notFoundHandler);

	app.get("/health", (c) => c.json({ status: "ok" }));
	app.doc31("/openapi.json", { openapi: "3.1.0", info: { title: "Excerpt", version: "1" } });

	app.use("/v1/*", authenticate(deps.config.API_KEY));
	app.use("/v1/*", async (c, next) => (isUpload(c.req.method, c.req.path) ? next() : limitJson(c, next)));
	app.on("POST", ["/v1/responses", "/v1/vector_stores/:vector_store_id/search"], (_, next) =>
		deps.traffic.during(next),
	);
	app.route("/v1/files", files(deps));
	app.route("/v1/uploads", uploads(deps));
	app.route("/v1/files/:file_id/chunk_preview", chunkPreview(deps));
	app.route("/v1/vector_stores", vectorStores(deps));
	app.route("/v1/vector_stores/:vector_store_id/files", vectorStoreFiles(deps));
	app.route("/v1/vector_stores/:vector_store_id/file_batches", fileBatches(deps));
	app.route("/v1/vector_stores/:vector_store_id/indexes", indexes(deps));
	app.route("/v1/vector_stores/:vector_store_id/comparisons", comparisons(deps));
	app.route("/v1/vector_stores/:vector_store_id/search", search(deps));
	app.route("/v1/responses", responses(deps));
	app.route("/v1/responses/input_tokens", inputTokens(deps));
	app.route("/v1/responses/:response_id/receipt", receipt(deps));
	app.route("/v1/conversations", conversations(deps));
	app.route("/v1/conversations/:conversation_id/items", conversationItems(deps));
	app.route("/v1/prompts", prompts(deps));
	app.route("/v1/prompts/:prompt_id/versions", promptVersions(deps));
	app.route("/v1/models", models(deps));
	return app;
}

const limitJson = bodyLimit({ maxSize: MAX_JSON_BYTES });

/** Uploads have their own limit, and are counted while they are written. */
function isUpload(method: string, path: string): boolean {
	return method === "POST" && /^\/v1\/(files|uploads\/[^/]+\/parts)$/.test(path);
}
