import { createRequire } from 'node:module'

/** Packages lie in a cache outside the sources; `CLASP_JS_PACKAGES` is the folder of node_modules. */
const folder = process.env.CLASP_JS_PACKAGES
if (!folder) throw new Error('CLASP_JS_PACKAGES must name the folder where the packages are installed')
const load = createRequire(`${folder}/package.json`)

export const wrtc = () => load('@roamhq/wrtc')
export const webSocket = () => load('ws').WebSocket
export const core = () => load('@clasp-to/core')
export const playwright = () => load('playwright-core')
