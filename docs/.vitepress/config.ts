/** The documentation site. It loads nothing from elsewhere: no fonts, no scripts, no counters. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig, type UserConfig } from 'vitepress';

const docs: string = fileURLToPath(new URL('..', import.meta.url));

/** The pages of a folder in order, its index left out. */
function pagesOf(folder: string): DefaultTheme.SidebarItem[] {
  return readdirSync(docs + folder)
    .filter((file) => file.endsWith('.md') && file !== 'index.md')
    .sort()
    .map((file) => file.slice(0, -'.md'.length))
    .map((name) => ({ text: name.replaceAll('-', ' '), link: `/${folder}/${name}` }));
}

const config: UserConfig<DefaultTheme.Config> = defineConfig({
  title: 'Deft',
  description: 'A tensor library in TypeScript: eager by default, compiled on demand.',
  cleanUrls: true,
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/guide/getting-started' },
      { text: 'Ops', link: '/reference/' },
      { text: 'Errors', link: '/errors/' },
      { text: 'Architecture', link: '/architecture' },
    ],
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      {
        text: 'Guide',
        items: [
          { text: 'Getting started', link: '/guide/getting-started' },
          { text: 'Two modes', link: '/guide/two-modes' },
          { text: 'Ahead of time', link: '/guide/ahead-of-time' },
          { text: 'Derivatives', link: '/guide/autodiff' },
          { text: 'What differentiation promises', link: '/guide/differentiation' },
          { text: 'Training a network', link: '/guide/training' },
          { text: 'Losses and metrics', link: '/guide/losses-and-metrics' },
          { text: 'Input pipelines', link: '/guide/data' },
          { text: 'Optimisers', link: '/guide/optimisers' },
          { text: 'Random numbers', link: '/guide/random' },
          { text: 'Numerics', link: '/guide/numerics' },
          { text: 'Backends and memory', link: '/guide/backends-and-memory' },
          { text: 'Native code', link: '/guide/native' },
          { text: 'Lint rules', link: '/guide/lint' },
          { text: 'Adding an op', link: '/guide/add-an-op' },
        ],
      },
      { text: 'Course', items: pagesOf('course') },
      { text: 'Architecture', link: '/architecture' },
      { text: 'Ops', link: '/reference/', collapsed: true, items: pagesOf('reference') },
      { text: 'Errors', link: '/errors/', collapsed: true, items: pagesOf('errors') },
      { text: 'Decisions', link: '/decisions/', collapsed: true, items: pagesOf('decisions') },
    ],
  },
});

export default config;
