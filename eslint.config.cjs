module.exports = [
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2023,
            sourceType: "module",
            globals: {
                console: "readonly",
                File: "readonly",
                document: "readonly",
                luxon: "readonly",
                setInterval: "readonly",
                setTimeout: "readonly",
                window: "readonly",
            },
        },
        rules: {
            "no-const-assign": "error",
            "no-dupe-keys": "error",
            "no-undef": "error",
            "no-unreachable": "error",
            "no-unused-vars": "error",
            "prefer-const": "error",
        },
    },
];
