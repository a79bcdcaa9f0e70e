import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { playwright } from '../programs/packages.js'

const PROGRAM = process.env.CLASP_CHROMIUM ?? '/usr/bin/chromium'
const PATIENCE = 30_000

/** A headless Chromium with a profile of its own. */
export class Chromium {
  static async start() {
    const profile = mkdtempSync(join(tmpdir(), 'clasp-browser-'))
    const context = await playwright().chromium.launchPersistentContext(profile, {
      executablePath: PROGRAM,
      headless: true,
      viewport: { width: 1280, height: 800 },
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    })
    context.setDefaultTimeout(PATIENCE)
    return new Chromium(profile, context)
  }

  #profile
  #context

  /** What pages have reported as errors. */
  errors = []

  constructor(profile, context) {
    this.#profile = profile
    this.#context = context
  }

  async open(uri) {
    const [blank] = this.#context.pages().filter((page) => page.url() === 'about:blank')
    const page = blank ?? (await this.#context.newPage())
    page.on('pageerror', (error) => this.errors.push(error.stack))
    page.on('console', (message) => {
      const { url } = message.location()
      // The browser asks for an icon where the page names none.
      const isIcon = url.endsWith('/favicon.ico')
      if (message.type() === 'error' && !isIcon) this.errors.push(`${message.text()} ${url}`)
    })
    await page.goto(uri)
    return page
  }

  async close() {
    await this.#context.close()
    rmSync(this.#profile, { recursive: true, force: true })
  }
}
