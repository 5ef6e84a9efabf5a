/**
 * Every error a user may see. The table is closed: a new way to fail is a new line here.
 * `status` is the HTTP status, `type` and the code go onto the wire unchanged.
 */
const CODES = {
	invalid_value: { status: 400, type: "invalid_request_error" },
	missing_required_parameter: { status: 400, type: "invalid_request_error" },
	unknown_parameter: { status: 400, type: "invalid_request_error" },
	integer_above_max_value: { status: 400, type: "invalid_request_error" },
	integer_below_min_value: { status: 400, type: "invalid_request_error" },
	decimal_above_max_value: { status: 400, type: "invalid_request_error" },
	decimal_below_min_value: { status: 400, type: "invalid_request_error" },
	string_above_max_length: { status: 400, type: "invalid_request_error" },
	array_above_max_length: { status: 400, type: "invalid_request_error" },
	array_below_min_length: { status: 400, type: "invalid_request_error" },
	invalid_type: { status: 400, type: "invalid_request_error" },
	invalid_json: { status: 400, type: "invalid_request_error" },
	previous_response_not_found: { status: 400, type: "invalid_request_error" },
	/** A file of the input is still being read. */
	file_not_ready: { status: 400, type: "invalid_request_error" },
	/** Another response is being answered on the conversation. */
	conversation_locked: { status: 400, type: "invalid_request_error" },
	/** A store has one index being built at a time. */
	index_being_built: { status: 400, type: "invalid_request_error" },
	vector_store_expired: { status: 400, type: "invalid_request_error" },
	context_length_exceeded: { status: 400, type: "invalid_request_error" },
	invalid_api_key: { status: 401, type: "invalid_request_error" },
	loopback_only: { status: 403, type: "invalid_request_error" },
	not_found: { status: 404, type: "invalid_request_error" },
	model_not_found: { status: 404, type: "invalid_request_error" },
	method_not_allowed: { status: 405, type: "invalid_request_error" },
	file_too_large: { status: 413, type: "invalid_request_error" },
	request_too_large: { status: 413, type: "invalid_request_error" },
	rate_limit_exceeded: { status: 429, type: "rate_limit_error" },
	/** The file itself is damaged, malformed or locked; shown as a vector store file's `last_error`. */
	invalid_file: { status: 400, type: "invalid_request_error" },
	/** The file is of a type we do not read; shown as a vector store file's `last_error`. */
	unsupported_file: { status: 400, type: "invalid_request_error" },
	/** The model or embedding server failed, refused or did not answer. */
	upstream_error: { status: 502, type: "server_error" },
	server_error: { status: 500, type: "server_error" },
	/** The data directory is held by another process. */
	data_directory_locked: { status: 503, type: "server_error" },
	configuration: { status: 500, type: "server_error" },
} as const;

export type ErrorCode = keyof typeof CODES;

type Options = {
	/** The request field at fault, as a path: `tools[0].type`. */
	param?: string | null;
	/** Kept for the log; never shown to the user. */
	cause?: unknown;
	/** Seconds after which the same call may succeed; also marks the error as worth retrying. */
	retryAfter?: number;
	retryable?: boolean;
};

/** An error whose message is meant for the user: it says what is wrong and what to do next. */
export class ExcerptError extends Error {
	override readonly name = "ExcerptError";
	readonly code: ErrorCode;
	readonly param: string | null;
	readonly retryAfter: number | undefined;
	/** True where the same call may succeed later: the upstream was busy, away or limited us. */
	readonly retryable: boolean;

	constructor(code: ErrorCode, message: string, options: Options = {}) {
		super(message, { cause: options.cause });
		this.code = code;
		this.param = options.param ?? null;
		this.retryAfter = options.retryAfter;
		this.retryable = options.retryable ?? options.retryAfter !== undefined;
	}

	get status() {
		return CODES[this.code].status;
	}

	get type() {
		return CODES[this.code].type;
	}
}

/** A 404 in the words the wire uses: "No such File object: file-…". */
export function notFound(message: string, param: string | null = null): ExcerptError {
	return new ExcerptError("not_found", message, { param });
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
	// Some libraries throw what is no Error, and has a message all the same (pg-boss).
	const { message } = (error ?? {}) as { message?: unknown };
	return typeof message === "string" ? message : String(error);
}
