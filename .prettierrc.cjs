module.exports = {
    plugins: [require.resolve("@prettier/plugin-xml")],
    printWidth: 100,
    tabWidth: 4,
    bracketSpacing: true,
    xmlWhitespaceSensitivity: "preserve",
    xmlSelfClosingSpace: true,
};
