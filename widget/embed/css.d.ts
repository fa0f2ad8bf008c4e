/** The build gives stylesheets of this folder to the code as minified text. */
declare module '*.css' {
  const text: string;
  export default text;
}
