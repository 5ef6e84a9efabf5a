import { InvalidArgumentError } from "commander";
import { type ChunkingStrategy, chunkingStrategySchema } from "../chunking-strategy.ts";

const STRATEGIES = "auto, static, structure, sentence, semantic, rows, json and page";
const OVERLAPPING = ["static", "structure", "sentence"];

/** For the help of an option that takes one. */
export const STRATEGY_HELP =
	"auto, structure:300/0, sentence:128/32, static:800/400, rows:400, json:400, page:800, semantic:256: maximum and overlap in tokens";

/**
 * "structure:300/0" as chunk settings: the strategy, its maximum in tokens, its overlap; `sizes` are those where the text
 * names none. Throws commander's error for what is no strategy.
 */
export function parseStrategy(text: string, sizes: { max?: string; overlap?: string } = {}): ChunkingStrategy {
	const [, type = "", max = sizes.max, overlap = sizes.overlap] = /^([a-z]+)(?::(\d+)(?:\/(\d+))?)?$/.exec(text) ?? [];
	const settings =
		type === "static"
			? { max_chunk_size_tokens: Number(max ?? 800), chunk_overlap_tokens: Number(overlap ?? 0) }
			: { ...(max && { max_tokens: Number(max) }), ...(overlap && { overlap_tokens: Number(overlap) }) };
	// None is what the others have.
	if (Number(overlap ?? 0) !== 0 && !OVERLAPPING.includes(type))
		throw new InvalidArgumentError(`${type} takes no overlap`);
	if (type === "auto" && max) throw new InvalidArgumentError("auto takes no sizes");
	const parsed = chunkingStrategySchema.safeParse(type === "auto" ? { type } : { type, [type]: settings });
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	// Without a path, or with that of the type, it is the strategy itself that there is not.
	const name = issue?.path[1];
	throw new InvalidArgumentError(name === undefined ? `there are ${STRATEGIES}` : `${String(name)}: ${issue?.message}`);
}
