import { SETTINGS } from "../config.ts";

/** The settings, for the end of `--help`. */
export function settingsHelp(): string {
	const lines = Object.entries(SETTINGS).map(([name, { default: value, help }]) => {
		const shown = value === "" ? "" : ` [${value}]`;
		return `  ${name}${shown}\n      ${help.replaceAll("`", "")}`;
	});
	return `\nSettings are environment variables:\n${lines.join("\n")}\n`;
}

/** For the help of one command. */
export const settingsHint = "\nSettings are environment variables; excerpt --help lists them.";
