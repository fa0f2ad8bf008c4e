// A file of sales, questions about it, and where their results are in the panel.
//
// The demo provider answers, so that the same questions work against the real server.

export const demo = { target: { env: { AI_PROVIDER: 'demo' } } };
const regions = ['North', 'South', 'East', 'West'];
export const productsMany = 26;

/** 416 sales: four regions, 26 products, eight months. */
export function salesCsv(factor = 1) {
  const lines = ['region,product,sold_date,sales'];
  for (let at = 0; at < 416; at++) {
    const month = String((at % 8) + 1).padStart(2, '0');
    const sales = (((at * 37) % 900) + 100.25) * factor;
    lines.push(
      `${regions[at % 4]},Product ${(at % productsMany) + 1},2026-${month}-15,${sales.toFixed(2)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Sums by the column at `key`, as texts with two digits. */
export function sumsOf(csv, key) {
  const sums = new Map();
  for (const line of csv.trim().split('\n').slice(1)) {
    const cells = line.split(',');
    const name = key(cells);
    sums.set(name, (sums.get(name) ?? 0) + Math.round(Number(cells[3]) * 100));
  }
  return sums;
}

export async function attached(world, spec = {}, csv = salesCsv()) {
  const visit = await world.visit(spec);
  await visit.attach('sales.csv', csv);
  await visit.panel.locator('.file-card').waitFor();
  return visit;
}

export async function asked(world, question, spec = {}, csv = salesCsv()) {
  const visit = await attached(world, spec, csv);
  await visit.ask(question);
  const card = visit.panel.locator('.result').last();
  await card.waitFor();
  return { visit, card };
}

export async function reopened(visit) {
  await visit.page.reload();
  await visit.page.waitForFunction(() => Boolean(window.Parley));
  await visit.page.evaluate(() => window.Parley.open());
  await visit.done().last().waitFor();
}

export const cells = (card, column) =>
  card.locator(`tbody td:nth-child(${column})`).allInnerTexts();
export const cents = (text) => Math.round(Number(text.replace(/[^\d.-]/g, '')) * 100);
export const view = (card, name) => card.getByRole('button', { name, exact: true });

export const sideways = (visit) =>
  visit.frame().evaluate(() => {
    const wide = [...document.querySelectorAll('html, body, .stream, .panel, .result, .chart')];
    return wide.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className);
  });
