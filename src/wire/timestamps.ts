/** Unix seconds, as every timestamp on the wire. */
export function unixSeconds(date: Date): number {
	return Math.floor(date.getTime() / 1000);
}

export function unixSecondsOrNull(date: Date | null): number | null {
	return date === null ? null : unixSeconds(date);
}
