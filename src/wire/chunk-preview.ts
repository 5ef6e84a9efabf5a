import type { ChunkPreview } from "../types.ts";

export function chunkPreviewBody({ chunks, statistics, warnings }: ChunkPreview) {
	return {
		object: "list" as const,
		data: chunks.map(({ text, start, end, tokens, context, location }) => ({
			text,
			start,
			end,
			tokens,
			context,
			location,
		})),
		has_more: statistics.chunks > chunks.length,
		statistics,
		warnings,
	};
}
