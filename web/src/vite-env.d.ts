/// <reference types="vite/client" />

/** The version of the package that the page is built into. */
declare const __VERSION__: string;
