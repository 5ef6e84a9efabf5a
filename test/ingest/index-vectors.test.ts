import { expect, test } from "vitest";
import { vectorIndexKind } from "../../ingest/index-vectors.ts";

test.each([
	["on Postgres an HNSW index", false, 512, "hnsw"],
	["of as many dimensions as it may have", false, 4_000, "hnsw"],
	["codes of more than that, as some models have", false, 4_096, "codes"],
	["codes embedded", true, 512, "codes"],
] as const)("%s", (_name, embedded, dimensions, kind) => {
	expect(vectorIndexKind(embedded, dimensions)).toBe(kind);
});
