import { pino } from "pino";
import { messageOf } from "./errors.ts";

/** The shape of log that every part takes; pino's, so that a part never depends on how logging is set up. */
export type Log = {
	debug(fields: object, message: string): void;
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
};

/** JSON lines on standard error. Standard output stays free for what a command prints. */
export function createLog(level: string): Log {
	return pino(
		{
			level,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			serializers: { err: describeError },
			redact: {
				paths: ["*.apiKey", "*.authorization", "*.password", "*.API_KEY", "*.OPENAI_API_KEY", "*.RERANK_API_KEY"],
				censor: "[redacted]",
			},
		},
		pino.destination(2),
	);
}

/** Keys that providers put into their messages ("Incorrect API key provided: sk-…"), and passwords in connection URLs. */
const SECRETS = [
	/\b(sk|pk|key)-[A-Za-z0-9_-]{6,}/g,
	/\b(gsk_|hf_|xai-|nvapi-|pplx-|AIza)[A-Za-z0-9_-]{20,}/g,
	/(Bearer\s+)[A-Za-z0-9._~+/=-]{6,}/gi,
	/(:\/\/[^\s:/@]+:)[^\s@]+(?=@)/g,
];

/** The text without keys or passwords; everything that is logged or shown from an upstream goes through here. */
export function withoutSecrets(text: string): string {
	return SECRETS.reduce((rest, secret) => rest.replace(secret, (_match, prefix) => `${prefix ?? ""}[redacted]`), text);
}

function describeError(error: unknown): object {
	if (!(error instanceof Error)) return { message: withoutSecrets(messageOf(error)) };
	const cause = error.cause === undefined ? undefined : describeError(error.cause);
	return { name: error.name, message: withoutSecrets(error.message), stack: withoutSecrets(error.stack ?? ""), cause };
}
