import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Chromium } from './chromium.js'
import { Command } from './demo.js'

const SCREENSHOT = process.env.CLASP_SCREENSHOT

let demo
let browser
let page

before(async () => {
  demo = await Command.start('demo', '--web', '--port', '0')
  browser = await Chromium.start()
  page = await browser.open((await demo.first).uri)
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const pathIs = (path) => page.waitForSelector(`body[data-path="${path}"]`)

async function counts(row) {
  const cells = await page.locator(`#${row} td`).allTextContents()
  const [received, lost, repeated, direct, router] = cells.map(Number)
  return { received, lost, repeated, direct, router }
}

/** Waits until both directions have carried so many more values by a path. */
async function carried(by, more) {
  const rows = ['from-java', 'to-java']
  const wanted = await Promise.all(rows.map(async (row) => (await counts(row))[by] + more))
  await page.waitForFunction(
    ([names, column, least]) =>
      names.every((name, i) => Number(document.querySelectorAll(`#${name} td`)[column].textContent) >= least[i]),
    [rows, by === 'direct' ? 3 : 4, wanted]
  )
}

async function nothingIsLost() {
  for (const row of ['from-java', 'to-java']) {
    const { received, lost, repeated } = await counts(row)
    assert.ok(received > 0, `${row} has received something`)
    assert.deepEqual({ row, lost, repeated }, { row, lost: 0, repeated: 0 })
  }
}

/** Drags a fader to a height, and returns what Java has heard of it. */
async function drag(number, height) {
  const track = await page.locator(`#fader-${number} .track`).boundingBox()
  const x = track.x + track.width / 2
  await page.mouse.move(x, track.y + track.height / 2)
  await page.mouse.down()
  await page.mouse.move(x, track.y + track.height * (1 - height), { steps: 12 })
  await page.mouse.up()
  const value = Number(await page.locator(`#fader-${number}`).getAttribute('aria-valuenow')) / 100
  await page.waitForFunction(
    ([id, wanted]) => Math.abs(Number(document.getElementById(id).dataset.heard) - wanted) < 0.006,
    [`fader-${number}`, value]
  )
  return { value, path: await page.locator(`#fader-${number}`).getAttribute('data-path') }
}

test('browser and Java link directly', async () => {
  await pathIs('p2p')
  await carried('direct', 60)
  await nothingIsLost()
})

test('a fader that is dragged in the browser moves at Java, directly', async () => {
  const { value, path } = await drag(2, 0.8)
  assert.ok(Math.abs(value - 0.8) < 0.03, `${value}`)
  assert.equal(path, 'p2p')
})

test('faders that Java plays move in the browser, and yield to the user', async () => {
  const before = await page.locator('#fader-12 .value').textContent()
  await page.waitForFunction((text) => document.querySelector('#fader-12 .value').textContent !== text, before)
  const { path } = await drag(12, 0.3)
  assert.equal(path, 'p2p')
})

test('when the path is cut, everything takes the router, and nothing is lost', async () => {
  await page.locator('#cut').click()
  await page.waitForSelector('body[data-cut="true"]')
  await pathIs('router')
  await carried('router', 60)
  const { path } = await drag(4, 0.6)
  assert.equal(path, 'router')
  await nothingIsLost()
  if (SCREENSHOT) await page.screenshot({ path: `${SCREENSHOT}-cut.png` })
})

test('when the path is whole, everything takes it again, and nothing is lost', async () => {
  await page.locator('#cut').click()
  await page.waitForSelector('body[data-cut="false"]')
  await pathIs('p2p')
  await carried('direct', 120)
  await nothingIsLost()
  for (const [i, height] of [0.35, 0.6, 0.8, 0.92, 0.85, 0.66, 0.45, 0.25].entries()) await drag(i, height)
  if (SCREENSHOT) await page.screenshot({ path: `${SCREENSHOT}.png` })
})

test('a page that is loaded again is another life under the same id', async () => {
  const id = await page.evaluate(() => sessionStorage.getItem('page'))
  await page.reload()
  assert.equal(await page.evaluate(() => sessionStorage.getItem('page')), id)
  await pathIs('p2p')
  await carried('direct', 60)
  await nothingIsLost()
})

test('the page fits the screen, and reported no error', async () => {
  const overflow = await page.evaluate(() => [
    document.documentElement.scrollWidth - innerWidth,
    document.documentElement.scrollHeight - innerHeight
  ])
  assert.deepEqual(overflow, [0, 0])
  assert.deepEqual(browser.errors, [])
})
