export default {
  title: 'Live machines',
  url: 'https://docs.example',
  baseUrl: '/',
  scripts: [{ src: 'https://dormouse.example/dormouse-embed.js', async: true }],
  presets: [['classic', { docs: { routeBasePath: '/', sidebarPath: undefined }, blog: false }]],
};
