import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export const DIMENSIONS = 512;

/** An embedding server that costs nearly nothing: every text has the same vector, in the form that was asked for. */
export async function startStubEmbedder(): Promise<{ url: string; stop: () => void }> {
	const vector = Float32Array.from({ length: DIMENSIONS }, (_, place) => Math.sin(place) / 16);
	const forms = {
		float: JSON.stringify([...vector]),
		base64: JSON.stringify(Buffer.from(vector.buffer).toString("base64")),
	};
	const server = createServer(async (request, response) => {
		const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as {
			input: string | string[];
			encoding_format?: "float" | "base64";
		};
		const form = forms[body.encoding_format ?? "float"];
		const data = [body.input]
			.flat()
			.map((_, index) => `{"object":"embedding","index":${index},"embedding":${form}}`)
			.join(",");
		response.setHeader("content-type", "application/json");
		response.end(`{"object":"list","model":"stub","data":[${data}],"usage":{"prompt_tokens":0,"total_tokens":0}}`);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		stop: () => server.close(),
	};
}
