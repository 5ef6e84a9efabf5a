import type { Embedder } from "../src/models/embedder.ts";

type Embed = Embedder["embed"];

/** An embedder with something done around its calls, whatever model it is asked for. `around` is given the one it stands for. */
export function wrapEmbedder(embedder: Embedder, around: (inner: Embedder) => Embed): Embedder {
	return {
		...embedder,
		embed: around(embedder),
		withModel: (model) => wrapEmbedder(embedder.withModel(model), around),
	};
}
