// mdBook copies scripts into the book; this one fetches the tag's from its own site, which is where machines come from.
const script = document.createElement('script');
script.src = 'https://dormouse.example/dormouse-embed.js';
document.head.append(script);
