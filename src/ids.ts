import { randomBytes } from "node:crypto";

/** The prefixes of API.md §1.2; files alone are written with a hyphen, as clients expect. */
const PREFIXES = {
	file: "file-",
	upload: "upload_",
	part: "part_",
	vector_store: "vs_",
	index: "vsx_",
	comparison: "vscmp_",
	batch: "vsfb_",
	document: "doc_",
	response: "resp_",
	conversation: "conv_",
	prompt: "pmpt_",
	message: "msg_",
	file_search_call: "fs_",
	function_call: "fc_",
	function_call_output: "fco_",
	call: "call_",
	reasoning: "rs_",
	request: "req_",
} as const;

/** A new id of that kind: its prefix and 24 random bytes in hex, as long as the wire's own. */
export function newId(kind: keyof typeof PREFIXES): string {
	return PREFIXES[kind] + randomBytes(24).toString("hex");
}
