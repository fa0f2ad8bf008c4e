// How long a body is: RFC 9112, sections 6 and 7; RFC 9110, section 8.6.
import { chunked, hidden, post, refused, request, taken } from '../case.mjs';

const length = hidden.length;
const end = '0\r\n\r\n';

export const contentLength = [
  ...refused('Content-Length', [
    ['no number', '9110 8.6', post(['Content-Length: x'], hidden)],
    ['empty', '9110 8.6', post(['Content-Length:'], hidden)],
    ['sign', '9110 8.6', post(['Content-Length: +5'], 'abcde')],
    ['negative', '9110 8.6', post(['Content-Length: -1'], hidden)],
    ['negative zero', '9110 8.6', post(['Content-Length: -0'], hidden)],
    ['hex', '9110 8.6', post(['Content-Length: 0x5'], 'abcde')],
    ['fraction', '9110 8.6', post(['Content-Length: 5.0'], 'abcde')],
    ['exponent', '9110 8.6', post(['Content-Length: 1e1'], 'abcdefghij')],
    ['inner space', '9110 8.6', post(['Content-Length: 5 0'], 'abcde')],
    ['underscore', '9110 8.6', post(['Content-Length: 1_0'], 'abcdefghij')],
    ['comma at the end', '9110 8.6', post(['Content-Length: 5,'], 'abcde')],
    ['list of the same', '9112 6.3', post(['Content-Length: 5, 5'], 'abcde')],
    ['list that differs', '9112 6.3', post([`Content-Length: 0, ${length}`], hidden)],
    ['quoted', '9110 8.6', post(['Content-Length: "5"'], 'abcde')],
    ['digits of Unicode', '9110 8.6', post(['Content-Length: \xd9\xa5'], 'abcde')],
    ['over 64 bits', '9110 8.6', post(['Content-Length: 18446744073709551621'], 'abcde')],
    ['just under 64 bits', '9110 8.6', post(['Content-Length: 9223372036854775807'], 'abcde')],
    ['many zeros', '9110 8.6', post([`Content-Length: ${'0'.repeat(40)}5`], 'abcde')],
    ['twice the same', '9112 6.3', post(['Content-Length: 5', 'Content-Length: 5'], 'abcde')],
    ['twice, small first', '9112 6.3', post(['Content-Length: 0', `Content-Length: ${length}`], hidden)],
    ['twice, large first', '9112 6.3', post([`Content-Length: ${length}`, 'Content-Length: 0'], hidden)],
    ['twice in two cases', '9112 6.3', post(['Content-Length: 0', `content-length: ${length}`], hidden)],
    ['larger than the route takes', '9110 15.5.14', post(['Content-Length: 1048577']), 413],
    ['far larger', '9110 15.5.14', post(['Content-Length: 999999999999999999']), 413],
  ]),
  ...taken('Content-Length', [
    ['zero', '9110 8.6', post(['Content-Length: 0'])],
    ['leading zeros', '9110 8.6', post(['Content-Length: 0005'], 'abcde')],
    ['none with POST', '9112 6.3', post([])],
    ['body that looks like a request', '9112 6.3', post([`Content-Length: ${length}`], hidden)],
    ['body of a GET', '9110 9.3.1', request('GET /health HTTP/1.1', [`Content-Length: ${length}`], hidden)],
    ['body of a HEAD', '9110 9.3.2', request('HEAD /health HTTP/1.1', [`Content-Length: ${length}`], hidden)],
    ['body of an OPTIONS', '9110 9.3.7', request('OPTIONS /api/sessions/create HTTP/1.1', [`Content-Length: ${length}`], hidden), [204]],
    ['body of a route that is not', '9112 6.3', request('POST /absent HTTP/1.1', [`Content-Length: ${length}`], hidden), [404]],
    ['body of a method that is not', '9112 6.3', request('BREW /api/sessions/create HTTP/1.1', [`Content-Length: ${length}`], hidden), [405]],
    ['body of a path that is wrong', '9112 6.3', request('POST /%zz HTTP/1.1', [`Content-Length: ${length}`], hidden), [400]],
    ['body of HTTP/1.0', '9112 6.3', request('POST /health HTTP/1.0', [`Content-Length: ${length}`, 'Connection: keep-alive'], hidden)],
  ]),
];

const coding = (text, body = `${end}${hidden}`) => post([`Transfer-Encoding: ${text}`], body);

export const transferEncoding = [
  ...refused('Transfer-Encoding', [
    ['with Content-Length', '9112 6.3', post([`Content-Length: ${length + 5}`, 'Transfer-Encoding: chunked'], end + hidden)],
    ['before Content-Length', '9112 6.3', post(['Transfer-Encoding: chunked', 'Content-Length: 5'], end + hidden)],
    ['with Content-Length of zero', '9112 6.3', post(['Content-Length: 0', 'Transfer-Encoding: chunked'], end + hidden)],
    ['identity with Content-Length', '9112 6.3', post([`Content-Length: ${length}`, 'Transfer-Encoding: identity'], hidden)],
    ['unknown with Content-Length', '9112 6.3', post([`Content-Length: ${length}`, 'Transfer-Encoding: x'], hidden)],
    ['twice', '9112 6.1', post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], end + hidden)],
    ['chunked and identity', '9112 6.1', post(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], end + hidden)],
    ['identity and chunked', '9112 6.1', post(['Transfer-Encoding: identity', 'Transfer-Encoding: chunked'], end + hidden)],
    ['identity', '9112 7', coding('identity')],
    ['gzip', '9112 6.1', coding('gzip')],
    ['gzip, chunked', '9112 6.1', coding('gzip, chunked')],
    ['chunked, gzip', '9112 6.1', coding('chunked, gzip')],
    ['chunked, chunked', '9112 6.1', coding('chunked, chunked')],
    ['comma first', '9110 5.6.1', coding(', chunked')],
    ['comma last', '9110 5.6.1', coding('chunked,')],
    ['empty', '9112 6.1', coding('')],
    ['parameter', '9112 7', coding('chunked;q=1')],
    ['quoted', '9112 7', coding('"chunked"')],
    ['letter before', '9112 6.1', coding('xchunked')],
    ['letter behind', '9112 6.1', coding('chunkedx')],
    ['word behind', '9112 6.1', coding('chunked x')],
    ['vertical tab', '9112 6.1', coding('\x0bchunked')],
    ['NUL', '9112 6.1', coding('chunked\0')],
    ['no-break space', '9112 6.1', coding('\xa0chunked')],
    ['long s for an s', '9112 6.1', coding('chun\xe2\x84\xaaed')],
    ['of HTTP/1.0', '9112 6.1', request('POST /health HTTP/1.0', ['Transfer-Encoding: chunked'], end + hidden)],
    ['of HTTP/1.0 with Content-Length', '9112 6.1', request('POST /health HTTP/1.0', ['Transfer-Encoding: chunked', 'Content-Length: 5'], end + hidden)],
    ['larger than the route takes', '9110 15.5.14', chunked(`100001\r\n${'a'.repeat(0x100001)}\r\n${end}`), 413],
  ]),
  ...taken('Transfer-Encoding', [
    ['chunked', '9112 7.1', chunked(end)],
    ['in capitals', '9112 7', coding('CHUNKED', end)],
    ['spaces around it', '9112 5', post(['Transfer-Encoding:   chunked\t '], end)],
    ['of a GET', '9112 6.1', request('GET /health HTTP/1.1', ['Transfer-Encoding: chunked'], end)],
    ['TE is another field', '9110 10.1.4', post(['TE: chunked', 'Content-Length: 0'])],
    ['underscore is another field', '9112 6.1', post(['Transfer_Encoding: chunked', 'Content-Length: 5'], 'abcde')],
    ['body that looks like a request', '9112 7.1', chunked(`${length.toString(16)}\r\n${hidden}\r\n${end}`)],
    ['request in a body of a route that is not', '9112 7.1',
      request('POST /absent HTTP/1.1', ['Transfer-Encoding: chunked'], `${length.toString(16)}\r\n${hidden}\r\n${end}`), [404]],
  ]),
];

const chunk = (size, data = 'abc\r\n') => chunked(`${size}\r\n${data}${end}${hidden}`);

export const chunks = [
  ...refused('chunk', [
    ['size empty', '9112 7.1', chunk('')],
    ['size of letters', '9112 7.1', chunk('g')],
    ['size negative', '9112 7.1', chunk('-3')],
    ['size with a sign', '9112 7.1', chunk('+3')],
    ['size with 0x', '9112 7.1', chunk('0x3')],
    ['size with a point', '9112 7.1', chunk('3.0')],
    ['size with an underscore', '9112 7.1', chunk('0_3')],
    ['size after a space', '9112 7.1', chunk(' 3')],
    ['size before a space', '9112 7.1', chunk('3 ')],
    ['size before a tab', '9112 7.1', chunk('3\t')],
    ['size before NUL', '9112 7.1', chunk('3\0')],
    ['size over 64 bits', '9112 7.1', chunk('10000000000000003')],
    ['size just over 63 bits', '9112 7.1', chunk('8000000000000003')],
    ['size of all Fs', '9112 7.1', chunk('FFFFFFFFFFFFFFFF')],
    ['size with many zeros', '9112 7.1', chunk(`${'0'.repeat(20)}3`)],
    ['size line ends with LF', '9112 7.1', chunked(`3\nabc\r\n${end}${hidden}`)],
    ['size line ends with CR', '9112 7.1', chunked(`3\rabc\r\n${end}${hidden}`)],
    ['size line ends with CR CR LF', '9112 7.1', chunked(`3\r\r\nabc\r\n${end}${hidden}`)],
    ['empty line before the size', '9112 7.1', chunked(`\r\n3\r\nabc\r\n${end}${hidden}`)],
    ['data longer than its size', '9112 7.1', chunk('3', 'abcd\r\n')],
    ['data shorter than its size', '9112 7.1', chunk('5', 'abc\r\n')],
    ['data without a line end', '9112 7.1', chunk('3', 'abc')],
    ['data that ends with LF', '9112 7.1', chunk('3', 'abc\n')],
    ['data that ends with CR', '9112 7.1', chunk('3', 'abc\r')],
    ['data that ends with LF CR', '9112 7.1', chunk('3', 'abc\n\r')],
    ['last chunk ends with LF', '9112 7.1', chunked(`0\n\n${hidden}`)],
    ['last chunk ends with CR LF LF', '9112 7.1', chunked(`0\r\n\n${hidden}`)],
    ['last chunk ends with LF CR LF', '9112 7.1', chunked(`0\n\r\n${hidden}`)],
    ['last chunk is 00 and a space', '9112 7.1', chunked(`00 \r\n\r\n${hidden}`)],
  ]),
  ...taken('chunk', [
    ['several', '9112 7.1', chunked(`3\r\nabc\r\n1\r\nd\r\n${end}`)],
    ['capital and small hex', '9112 7.1', chunked(`a\r\n0123456789\r\nA\r\n0123456789\r\n${end}`)],
    ['leading zeros', '9112 7.1', chunked(`003\r\nabc\r\n000\r\n\r\n`)],
    ['data of line ends', '9112 7.1', chunked(`4\r\n\r\n\r\n\r\n${end}`)],
    ['data that looks like the end', '9112 7.1', chunked(`5\r\n${end}\r\n${end}`)],
  ]),
];

const extended = (text) => chunked(`3${text}\r\nabc\r\n${end}`);

export const extensions = [
  ...refused('chunk extension', [
    ['LF in it', '9112 7.1.1', chunked(`3;a\nb\r\nabc\r\n${end}${hidden}`)],
    ['LF hides the end', '9112 7.1.1', chunked(`3;\nabc\r\n${end}${hidden}`)],
    ['CR in it', '9112 7.1.1', extended(';a\rb')],
    ['NUL in it', '9112 7.1.1', extended(';a=\0')],
    ['over 256 bytes', '9112 7.1.1', extended(`;${'a'.repeat(300)}`)],
    ['without end', '9112 7.1.1', chunked(`3;${'a'.repeat(300)}`)],
    ['space before it', '9112 7.1.1', extended(' ;a')],
    ['of the last chunk with LF', '9112 7.1.1', chunked(`0;a\n\r\n${hidden}`)],
    ['equals without a semicolon', '9112 7.1.1', extended('=x')],
  ]),
  ...taken('chunk extension', [
    ['name', '9112 7.1.1', extended(';a')],
    ['name and value', '9112 7.1.1', extended(';a=b')],
    ['quoted value', '9112 7.1.1', extended(';a="b;c"')],
    ['two', '9112 7.1.1', extended(';a;b=c')],
    ['of the last chunk', '9112 7.1.1', chunked('3\r\nabc\r\n0;a=b\r\n\r\n')],
  ]),
];

const trailer = (text) => chunked(`3\r\nabc\r\n0\r\n${text}`);

export const trailers = [
  ...refused('trailer', [
    ['no colon', '9112 7.1.2', trailer(`Name\r\n\r\n${hidden}`)],
    ['space before the colon', '9112 7.1.2', trailer(`Name : x\r\n\r\n${hidden}`)],
    ['folded', '9112 7.1.2', trailer(`Name: x\r\n y\r\n\r\n${hidden}`)],
    ['NUL', '9112 7.1.2', trailer(`Name: \0\r\n\r\n${hidden}`)],
    ['lines end with LF', '9112 7.1.2', trailer(`Name: x\n\n${hidden}`)],
    ['bare CR', '9112 7.1.2', trailer(`Name: a\rb\r\n\r\n${hidden}`)],
    ['Content-Length', '9110 6.5.1', trailer(`Content-Length: 5\r\n\r\n${hidden}`)],
    ['Transfer-Encoding', '9110 6.5.1', trailer(`Transfer-Encoding: chunked\r\n\r\n${hidden}`)],
    ['over 4 KiB', '9112 7.1.2', trailer(`Name: ${'x'.repeat(5000)}\r\n\r\n${hidden}`)],
    ['without end', '9112 7.1.2', trailer('Name: x\r\n'.repeat(1000))],
    ['request among them', '9112 7.1.2', trailer(`${hidden}`)],
  ]),
  ...taken('trailer', [
    ['one', '9110 6.5', trailer('Name: x\r\n\r\n')],
    ['two', '9110 6.5', trailer('Name: x\r\nOther:\r\n\r\n')],
    ['changes no field of the head', '9110 6.5.1', trailer('X-Request-Id: smuggled\r\nConnection: close\r\nHost: other\r\n\r\n')],
  ]),
];
