/** Text to stand in the HTML of a tooltip: names come from clients. */
export const encodeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
