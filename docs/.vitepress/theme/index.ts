/** VitePress's own theme, without the fonts that it brings. */
import type { Theme } from 'vitepress';
import theme from 'vitepress/theme-without-fonts';

const plainTheme: Theme = theme;
export default plainTheme;
