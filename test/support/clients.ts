import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ChatMessage } from "../../src/models/chat-model.ts";
import { type FakeOpenAI, startFakeOpenAI } from "./fake-openai.ts";
import { startTestService, type TestService } from "./service.ts";
import { fixture } from "./upload.ts";

/** What the fake answers to the question that each program asks first. */
export const FIRST_ANSWER = /^Symbol: CL; Security: Colgate-Palmolive;.* New York City, New York;.* Founded: 1806\.$/;

/** Its citation, as Node prints it. */
export const CITED =
	/type: 'file_citation',[^}]*quote: 'Symbol: CL; .*',\s+start: \d+,\s+end: \d+,\s+location: \{ row_start: 119, row_end: 119 \}/;

/** A service with a store of the demo's table of companies, for the programs of test/clients. */
export type ClientService = {
	fake: FakeOpenAI;
	t: TestService;
	/** Runs a program as a user does, in a process of its own, to its end; what it printed. Throws where it fails. */
	run(name: string): Promise<string>;
	/** The conversation that each chat request sent upstream brought, without what instructs and what was found. */
	asked(): string[][];
	stop(): Promise<void>;
};

export async function startClientService(): Promise<ClientService> {
	const fake = await startFakeOpenAI();
	const t = await startTestService({ OPENAI_BASE_URL: fake.url, MODEL_ALIASES: "*=fake-model" });
	const environment = { PATH: process.env.PATH, OPENAI_BASE_URL: `${t.url}/v1`, OPENAI_API_KEY: "none" };
	const start = async (name: string, args: string[], settings = {}) => {
		const program = new URL(`../clients/${name}.ts`, import.meta.url).pathname;
		const env = { ...environment, ...settings };
		const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env });
		return stdout;
	};
	const STORE = (await start("upload", [fixture("demo/sp500-constituents.csv")])).trim();
	return {
		fake,
		t,
		run: (name) => start(name, [], { STORE }),
		asked() {
			const chats = fake.requests.filter(({ path }) => path.endsWith("/chat/completions"));
			return chats.map(({ body }) =>
				(body.messages as ChatMessage[]).flatMap(({ role, content }) =>
					role === "system" ? [] : [content.replace(/^[\s\S]*(?=Question: )/, "")],
				),
			);
		},
		async stop() {
			await t.stop();
			await fake.stop();
		},
	};
}
