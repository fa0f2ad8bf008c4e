// The few DOM calls that the markdown renderer makes, for tests outside a browser. Nodes print as
// text, so that an expectation can be read.

class FakeNode {
  childNodes: FakeNode[] = [];
  parent: FakeNode | null = null;
  constructor(readonly text = '') {}
  append(...nodes: FakeNode[]): void {
    for (const node of nodes) this.insertBefore(node, null);
  }
  insertBefore(node: FakeNode, before: FakeNode | null): void {
    const at = before ? this.childNodes.indexOf(before) : this.childNodes.length;
    this.childNodes.splice(at, 0, node);
    node.parent = this;
  }
  replaceChild(next: FakeNode, old: FakeNode): void {
    this.childNodes[this.childNodes.indexOf(old)] = next;
  }
  removeChild(old: FakeNode): void {
    this.childNodes.splice(this.childNodes.indexOf(old), 1);
  }
  get textContent(): string {
    return this.text + this.childNodes.map((node) => node.textContent).join('');
  }
  toString(): string {
    return this.text.replace(/[<>&]/g, (one) => `\\${one}`) + this.childNodes.join('');
  }
}

class FakeElement extends FakeNode {
  className = '';
  attributes: Record<string, string> = {};
  classList = {
    add: (name: string) => {
      this.className = `${this.className} ${name}`.trim();
    },
  };
  constructor(readonly name: string) {
    super();
  }
  override get textContent(): string {
    return super.textContent;
  }
  override set textContent(value: string) {
    this.childNodes = [new FakeNode(value)];
  }
  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }
  addEventListener(): void {}
  override toString(): string {
    const own = this as unknown as { href?: string; rel?: string };
    const href = own.href ? ` href=${own.href} rel=${own.rel}` : '';
    const start = this.name + (this.className ? `.${this.className}` : '');
    return `<${start}${href}>${this.childNodes.join('')}</${this.name}>`;
  }
}

export const fakeDocument = {
  createElement: (name: string) => new FakeElement(name),
  createTextNode: (text: string) => new FakeNode(text),
} as unknown as Document;
