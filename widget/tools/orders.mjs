// The sample file of the demo page: 1,000 orders, the same bytes in every build.

const cities = ['Berlin', 'Hamburg', 'Munich', 'Cologne', 'Vienna', 'Zurich', 'Paris', 'Madrid'];
const products = [
  ['Trail backpack', 'Bags', 89.9],
  ['Rain jacket', 'Clothing', 129],
  ['Wool socks', 'Clothing', 14.5],
  ['Camping stove', 'Cooking', 54.95],
  ['Titanium mug', 'Cooking', 27.5],
  ['Two-person tent', 'Shelter', 249],
  ['Sleeping mat', 'Shelter', 79],
  ['Head torch', 'Light', 39.9],
  ['Dry bag', 'Bags', 19.9],
];
const statuses = ['delivered', 'delivered', 'delivered', 'shipped', 'returned', 'open'];

/** A small linear congruential generator: the file must not depend on chance. */
function generator(seed) {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * limit);
  };
}

export function ordersCsv(rows = 1000) {
  const pick = generator(20_260_101);
  const lines = ['order_id,date,customer,city,product,category,quantity,unit_price,total,status'];
  for (let row = 0; row < rows; row++) {
    const date = new Date(Date.UTC(2026, 0, 1) + Math.floor((row / rows) * 300) * 86_400_000);
    const [product, category, price] = products[pick(products.length)];
    const quantity = 1 + pick(5);
    lines.push(
      [
        1001 + row,
        date.toISOString().slice(0, 10),
        `Customer ${1 + pick(180)}`,
        cities[pick(cities.length)],
        product,
        category,
        quantity,
        price.toFixed(2),
        (price * quantity).toFixed(2),
        statuses[pick(statuses.length)],
      ].join(','),
    );
  }
  return `${lines.join('\n')}\n`;
}
